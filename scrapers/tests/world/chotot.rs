//! The replies of xe.chotot.com's gateway, and its pages where the gateway fails.

use datasets::vocabulary::{Body, Condition, Fuel, Origin, SellerKind, Transmission};
use datasets::{Catalogue, Listing, Money};
use scrapers::privacy::{Identity, seller_hash};
use serde_json::{Value, json};

use super::broken::Fault;
use super::car::Car;
use super::{Draw, Rejected, Reply, SiteWorld, escaped, key, words};

const PER_PAGE: usize = 50;

pub fn build(draw: &mut Draw, cars: &[Car], site: &mut SiteWorld) {
    let gone = Reply::json("{\"error\": {\"code\": 404}, \"message\": \"Ad not found\"}");
    let mut entries = Vec::new();
    for car in cars {
        let mut offer = Offer::new(draw, car);
        let reply = offer.reply(draw);
        entries.push(offer.entry.clone());
        let path = format!("/v1/public/ad-listing/{}", car.id);
        let page = format!("/{}.htm", car.id);
        let good = Reply::json(reply.to_string());
        let fault = Fault::draw(draw, site.rejected.len()).map(|fault| {
            if fault == Fault::Redirect {
                Fault::Gone
            } else {
                fault
            }
        });
        let from_page = fault.is_none() && draw.chance(8);
        let (json, html) = match fault {
            Some(Fault::Other) => {
                let mut other = reply.clone();
                other["ad"]["list_id"] = json!(1_000_001);
                let html = offer.page("Thử");
                (
                    Reply::json(other.to_string()),
                    Fault::Truncated.apply(Reply::html(html), gone.clone(), "/"),
                )
            }
            Some(Fault::Blank) => (
                Reply::json(
                    json!({"ad": {"list_id": 0, "subject": ""}, "parameters": []})
                        .to_string()
                        .replace(":0", &format!(":{}", car.id)),
                ),
                Reply::html(""),
            ),
            Some(fault) => {
                let html = Reply::html(offer.page("Thử"));
                let gone_page = Reply::html("<html><body>Tin đăng không tồn tại</body></html>");
                (
                    fault.apply(good, gone.clone(), "/"),
                    fault.apply(html, gone_page, "/"),
                )
            }
            None if from_page => (
                Fault::Truncated.apply(good, gone.clone(), "/"),
                Reply::html(offer.page(offer.car.row.province.as_deref().unwrap_or_default())),
            ),
            None => (good, Reply::html("")),
        };
        site.pages.insert(path.clone(), json);
        site.pages.insert(page.clone(), html);
        match fault {
            Some(fault) => {
                site.detail.insert(car.id.clone(), path);
                site.reject(&car.id, fault);
            }
            None if from_page => {
                offer.as_page();
                site.detail.insert(car.id.clone(), page);
                site.expected.push(offer.row);
            }
            None => {
                site.detail.insert(car.id.clone(), path);
                site.expected.push(offer.row);
            }
        }
    }
    // Somebody who wants a car stands among those who offer one.
    for wanted in 0..cars.len() / 200 {
        let id = 138_000_000 + wanted;
        entries.insert(
            wanted * 100,
            json!({"list_id": id, "type": "k", "category": 2010, "subject": "Cần mua Vios"}),
        );
        site.rejected.push(Rejected {
            id: id.to_string(),
            reason: "not_this_kind",
        });
    }
    let total = entries.len();
    for (index, chunk) in entries.chunks(PER_PAGE).enumerate() {
        let path = format!(
            "/v1/public/ad-listing?cg=2010&st=s&limit=50&o={}",
            index * PER_PAGE
        );
        let reply = json!({"total": total, "ads": chunk});
        site.pages.insert(path, Reply::json(reply.to_string()));
    }
}

struct Offer<'a> {
    car: &'a Car,
    row: Listing,
    entry: Value,
    parameters: Vec<Value>,
    /// Title as the seller wrote it.
    subject: String,
}

impl<'a> Offer<'a> {
    fn new(draw: &mut Draw, car: &'a Car) -> Self {
        let title = car.row.title.clone().unwrap_or_default();
        let (subject, read) = match draw.below(10) {
            0 => {
                let phone = words::dialled(draw, &car.seller.phones[0]);
                (format!("{title} LH {phone}"), format!("{title} LH ☎"))
            }
            1 => (
                format!("{title} gọi {}", car.seller.name.to_uppercase()),
                format!("{title} gọi …"),
            ),
            _ => (title.clone(), title),
        };
        let mut offer = Self {
            car,
            row: Listing {
                id: car.id.clone(),
                source: "chotot".to_owned(),
                url: Some(format!("https://xe.chotot.com/{}.htm", car.id)),
                title: Some(datasets::text::clean(&read)),
                listed_on: car.row.listed_on,
                ..Listing::default()
            },
            entry: json!({}),
            parameters: Vec::new(),
            subject,
        };
        offer.fill(draw);
        offer
    }

    fn keep(&mut self, field: &str, text: &str) {
        self.row.raw.insert(field.to_owned(), text.to_owned());
    }

    fn add(&mut self, id: &str, field: &str, text: impl Into<String>) {
        let text = text.into();
        if !field.is_empty() {
            self.keep(field, &text);
        }
        self.parameters
            .push(json!({"id": id, "value": text, "label": "x"}));
    }

    fn fill(&mut self, draw: &mut Draw) {
        let car = self.car;
        if draw.chance(3) {
            self.add("carbrand", "make", "Hãng khác");
            self.add("carmodel", "model", "Dòng khác");
        } else {
            self.row.make = Some(car.make().to_owned());
            self.row.model = Some(car.model().to_owned());
            self.add("carbrand", "make", car.make());
            self.add("carmodel", "model", car.model());
        }
        if draw.chance(2) {
            self.add("mfdate", "year", "trước năm 1980");
        } else {
            self.row.year = car.row.year;
            self.add("mfdate", "year", car.year().to_string());
        }
        if let Some(km) = car.row.mileage_km.map(f64::round) {
            self.row.mileage_km = Some(km);
            self.add("mileage_v2", "mileage", car.km().to_string());
        }
        self.parameters
            .push(json!({"id": "mileage", "value": "9", "label": "x"}));
        self.row.condition = car.row.condition;
        self.add(
            "condition_ad",
            "condition",
            if car.is_new() {
                "Mới"
            } else {
                "Đã sử dụng"
            },
        );
        if draw.chance(2) {
            // Some sellers enter the number of gears.
            self.add("gearbox", "transmission", "5");
        } else if let Some(gearbox) = car.row.transmission {
            self.row.transmission = Some(gearbox);
            let text = match gearbox {
                Transmission::Automatic => "Tự động",
                Transmission::Manual => "Số sàn",
                Transmission::SemiAutomatic => "Bán tự động",
            };
            self.add("gearbox", "transmission", text);
        }
        if let Some(fuel) = car.row.fuel.filter(|fuel| *fuel != Fuel::Other) {
            self.row.fuel = Some(fuel);
            let text = match fuel {
                Fuel::Diesel => "Dầu",
                Fuel::Hybrid => "Động cơ Hybrid",
                Fuel::Electric => "Điện",
                _ => "Xăng",
            };
            self.add("fuel", "fuel", text);
        }
        if let Some(origin) = car.row.origin {
            self.row.origin = Some(origin);
            let text = match origin {
                Origin::Domestic => "Việt Nam",
                Origin::Imported => draw.pick(&["Thái Lan", "Hàn Quốc", "Nhật Bản", "Nước khác"]),
            };
            self.add("carorigin", "origin", text);
        }
        let body = car.row.body.and_then(|body| match body {
            Body::Sedan => Some("Sedan"),
            Body::Suv => Some("SUV / Cross over"),
            Body::Hatchback => Some("Hatchback"),
            Body::Mpv => Some("Minivan (MPV)"),
            Body::Pickup => Some("Pick-up (bán tải)"),
            Body::Van => Some("Van"),
            Body::Coupe => Some("Coupe (2 cửa)"),
            Body::Convertible => Some("Mui trần"),
            _ => None,
        });
        match body {
            Some(text) => {
                self.row.body = car.row.body;
                self.add("cartype", "body", text);
            }
            None => self.add("cartype", "body", "Kiểu dáng khác"),
        }
        match car.row.seats {
            Some(seats) if !draw.chance(5) => {
                self.row.seats = Some(seats);
                self.add("carseats", "seats", seats.to_string());
            }
            _ => self.add("carseats", "seats", "Khác"),
        }
        if let Some(colour) = car.row.color_exterior.clone() {
            self.row.color_exterior = Some(colour.clone());
            self.add("carcolor", "", colour);
        }
    }

    /// The gateway's reply; notes what it says in the row and on the list.
    fn reply(&mut self, draw: &mut Draw) -> Value {
        let car = self.car;
        let amount = car.million.map(|million| million * 1_000_000);
        let printed = format!("{} đ", words::grouped(amount.unwrap_or(1_000_000), '.'));
        self.row.price = amount.map(|amount| Money::vnd(amount as f64));
        self.keep("price", &printed);
        let day = self.row.listed_on.unwrap_or_default();
        let noon = day
            .and_hms_opt(5, 0, 0)
            .unwrap_or_default()
            .and_utc()
            .timestamp_millis();
        self.keep("listed_on", &noon.to_string());
        let province = car.row.province.clone().unwrap_or_default();
        self.row.province = Some(province.clone());
        self.keep("province", &province);
        let seller = &car.seller;
        self.row.seller_kind = Some(seller.kind);
        self.row.seller_hash = Some(seller_hash(
            &key(),
            "chotot",
            &Identity::Account(seller.account.to_string()),
        ));
        let id: u64 = car.id.parse().unwrap_or_default();
        let body = format!(
            "Gọi {} {}",
            seller.name,
            words::dialled(draw, &seller.phones[0])
        );
        let mut ad = json!({
            "list_id": id, "ad_id": id + 40_000_000, "subject": self.subject, "body": body,
            "price": amount.unwrap_or(1_000_000), "price_string": printed, "category": 2010, "type": "s",
            "mileage": 9, "region_v2": 12000, "region_name": province, "company_ad": seller.kind == SellerKind::Dealer,
            "account_id": seller.account, "account_name": seller.name, "phone": seller.phones[0],
            "seller_info": {"full_name": seller.name, "live_ads": 3}, "latitude": 21.01, "longitude": 105.9,
            "image": "https://cdn.chotot.com/x.jpg", "date": "46 giây trước",
        });
        let bumped = draw.chance(50);
        if amount.is_none() {
            ad["is_price_not_valid"] = json!(true);
        }
        ad["list_time"] = json!(if bumped { noon + 86_400_000 * 3 } else { noon });
        if bumped {
            ad["orig_list_time"] = json!(noon);
        }
        let mut entry = ad.clone();
        if let Some(make) = &self.row.make {
            entry["carbrand_name"] = json!(make);
            entry["carmodel_name"] = json!(self.row.model);
        }
        entry["fuel"] = json!(if self.row.fuel == Some(Fuel::Electric) {
            4
        } else {
            1
        });
        entry["condition_ad"] = json!(if self.row.condition == Some(Condition::New) {
            2
        } else {
            1
        });
        self.entry = entry;
        let mut parameters = self.parameters.clone();
        parameters
            .push(json!({"id": "address", "value": format!("5 Đường Hai, Quận Thử, {province}")}));
        let turn = draw.below(parameters.len());
        parameters.rotate_left(turn);
        Catalogue::embedded().resolve(&mut self.row);
        json!({"ad": ad, "parameters": parameters})
    }

    /// The listing's page, without the gateway.
    fn page(&self, province: &str) -> String {
        let rows: String = self
            .parameters
            .iter()
            .filter_map(|own| Some((own["id"].as_str()?, own["value"].as_str()?)))
            .map(|(id, value)| format!("<div class=\"media-body\"><span><span>x: </span><span class=\"AdParam_adParamValue__IfaYa\" itemprop=\"{id}\">{}</span></span></div>", escaped(value)))
            .collect();
        let seller = &self.car.seller;
        let name = escaped(&seller.name);
        let price = self.row.raw.get("price").cloned().unwrap_or_default();
        let price = if self.car.million.is_some() {
            price
        } else {
            "Liên hệ".to_owned()
        };
        format!(
            "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{subject}</title></head><body><h1 class=\"AdDecriptionVeh_adTitle__vEuKD\">{subject}</h1><span itemprop=\"price\">{price}</span><b class=\"p26z2wb\">9.000.000 đ</b><span class=\"bwq0cbs flex-1\">Phường Một, Quận Một, {province}</span><span class=\"bwq0cbs\">Đăng 3 ngày trước</span>{rows}<p itemprop=\"description\">Gọi {name} {phone}</p><a class=\"k1\" href=\"/user/{account}#x\"><b>{name}</b></a><div class=\"SellerBox_sellerName__a1\">{name}</div><script id=\"__NEXT_DATA__\" type=\"application/json\">{{\"account_name\":\"{name}\",\"phone\":\"{phone}\"}}</script></body></html>",
            subject = escaped(&self.subject),
            phone = seller.phones[0],
            account = seller.account,
        )
    }

    /// Turns what is expected of the reply into what is expected of the page.
    fn as_page(&mut self) {
        let seller = &self.car.seller;
        self.row.seller_kind = Some(SellerKind::Private);
        self.row.seller_hash = Some(seller_hash(
            &key(),
            "chotot",
            &Identity::Account(format!("/user/{}", seller.account)),
        ));
        self.row.listed_on = super::fetched_at()
            .date_naive()
            .checked_sub_days(chrono::Days::new(3));
        self.keep("listed_on", "Đăng 3 ngày trước");
        if self.car.million.is_none() {
            self.keep("price", "Liên hệ");
        }
    }
}
