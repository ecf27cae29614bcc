//! oto.com.vn's lists and pages.

use std::fmt::Write;

use datasets::vocabulary::{Body, Fuel, Origin, Transmission};
use datasets::{Catalogue, Listing, Money};
use scrapers::privacy::{Identity, seller_hash};

use super::broken::{Fault, oddly_encoded};
use super::car::Car;
use super::oto_list::list;
use super::{Draw, Reply, SiteWorld, decomposed, escaped, key, words};

const PER_PAGE: usize = 20;
pub const START: &str = "/mua-ban-xe-cu-da-qua-su-dung";

pub fn build(draw: &mut Draw, cars: &[Car], site: &mut SiteWorld) {
    let gone = Reply::html("<html><body><div class=\"x\">Tin rao đã hết hạn</div></body></html>");
    for car in cars {
        let mut offer = Offer::new(draw, car);
        let good = Reply::html(offer.page(draw));
        let fault = Fault::draw(draw, site.rejected.len());
        let reply = match fault {
            Some(Fault::Other) => {
                let body = String::from_utf8_lossy(&good.body).replace(
                    &format!("Mã tin: {}", car.id),
                    &format!("Mã tin: 9{}", &car.id[1..]),
                );
                Reply::html(body.into_bytes())
            }
            Some(Fault::Blank) => Reply::html(
                "<html><body><h1 class=\"title-detail\"> </h1><ul class=\"list-info\"><li><label>Năm SX</label> - </li></ul></body></html>",
            ),
            Some(fault) => fault.apply(good, gone.clone(), START),
            None if draw.chance(4) => oddly_encoded(draw, good),
            None => good,
        };
        // The site goes by the number at the end: a reader that takes a seller's phone number out of an address gets the
        // same page.
        site.pages.insert(offer.read.clone(), reply.clone());
        site.pages.insert(offer.path.clone(), reply);
        site.detail.insert(car.id.clone(), offer.path.clone());
        match fault {
            Some(fault) => site.reject(&car.id, fault),
            None => site.expected.push(offer.row),
        }
    }
    let pages: Vec<&[Car]> = cars.chunks(PER_PAGE).collect();
    for (index, chunk) in pages.iter().enumerate() {
        let number = index + 1;
        let again = index.checked_sub(1).and_then(|before| pages[before].last());
        let html = list(
            draw,
            again.into_iter().chain(chunk.iter()),
            number,
            number < pages.len(),
            site,
        );
        let path = if number == 1 {
            START.to_owned()
        } else {
            format!("{START}/p{number}")
        };
        site.pages.insert(path, Reply::html(html));
    }
}

/// One listing: what is printed, and what must be read.
struct Offer<'a> {
    car: &'a Car,
    old: bool,
    path: String,
    /// The same without a phone number.
    read: String,
    rows: Vec<(&'static str, &'static str, String)>,
    price: String,
    row: Listing,
}

impl<'a> Offer<'a> {
    fn new(draw: &mut Draw, car: &'a Car) -> Self {
        let old = draw.chance(35);
        let form = match (draw.chance(50), car.is_new()) {
            (true, false) => "aidxc",
            (false, false) => "aid1xc",
            (true, true) => "aidxm",
            (false, true) => "aid1xm",
        };
        let phone = draw.chance(3);
        let words = if phone {
            format!("-lh-{}", car.seller.phones[0])
        } else {
            String::new()
        };
        let path = |words: &str| format!("/mua-ban-xe-ha-noi/tin-thu{words}-{form}{}", car.id);
        let read = path(if phone { "-lh-phone" } else { "" });
        let name = format!("{} {}", car.name(), car.year());
        let url = format!("https://oto.com.vn{read}");
        let mut offer = Self {
            car,
            old,
            path: path(&words),
            read,
            rows: Vec::new(),
            price: String::new(),
            row: Listing {
                id: car.id.clone(),
                source: "oto".to_owned(),
                url: Some(url),
                title: Some(name),
                listed_on: car.row.listed_on,
                ..Listing::default()
            },
        };
        offer.fill(draw);
        Catalogue::embedded().resolve(&mut offer.row);
        offer
    }

    fn keep(&mut self, field: &str, text: &str) {
        self.row.raw.insert(field.to_owned(), text.to_owned());
    }

    fn add(&mut self, new: &'static str, old: &'static str, field: &str, text: impl Into<String>) {
        let text = text.into();
        if !field.is_empty() {
            self.keep(field, &text);
        }
        self.rows.push((new, old, text));
    }

    fn fill(&mut self, draw: &mut Draw) {
        let car = self.car;
        self.row.year = car.row.year;
        self.add("Năm SX", "Năm sản xuất", "year", car.year().to_string());
        self.row.condition = car.row.condition;
        self.add(
            "Tình trạng",
            "Tình trạng",
            "condition",
            if car.is_new() {
                "Xe mới"
            } else {
                "Đã qua sử dụng"
            },
        );
        if let Some(km) = car.row.mileage_km.map(f64::round) {
            self.row.mileage_km = Some(km);
            let label = draw.pick(&["Km đã đi", "Số km đã đi"]);
            self.add(
                label,
                "Số km đã đi",
                "mileage",
                format!("{} km", words::grouped(car.km(), '.')),
            );
        }
        if let Some(origin) = car.row.origin {
            self.row.origin = Some(origin);
            let text = match origin {
                Origin::Domestic => "Trong nước",
                Origin::Imported => "Nhập khẩu",
            };
            self.add("Xuất xứ", "Xuất xứ", "origin", text);
        }
        if let Some(body) = car.row.body {
            let (text, body) = match body {
                Body::Pickup => ("Bán tải", body),
                Body::Mpv | Body::Van => ("Van/Minivan", Body::Mpv),
                Body::Suv => ("SUV", body),
                Body::Truck => ("Xe tải", body),
                Body::Sedan => ("Sedan", body),
                Body::Crossover => ("Crossover", body),
                Body::Hatchback => ("Hatchback", body),
                Body::Coupe => ("Coupe", body),
                Body::Convertible => ("Mui trần", body),
                Body::Wagon => ("Wagon", body),
            };
            self.row.body = Some(body);
            self.add("Kiểu dáng", "Kiểu dáng", "body", text);
        }
        if let Some(gearbox) = car.row.transmission {
            self.row.transmission = Some(gearbox);
            let text = match gearbox {
                Transmission::Automatic => "Số tự động",
                Transmission::Manual => "Số tay",
                Transmission::SemiAutomatic => "Số hỗn hợp",
            };
            self.add("Hộp số", "Hộp số", "transmission", text);
        }
        if let Some(fuel) = car.row.fuel.filter(|fuel| *fuel != Fuel::Other) {
            self.row.fuel = Some(fuel);
            let text = match fuel {
                Fuel::Diesel => "Dầu",
                Fuel::Hybrid => "Hybrid",
                Fuel::Electric => "Điện",
                _ => "Xăng",
            };
            self.add("Nhiên liệu", "Nhiên liệu", "fuel", text);
        }
        let province = car.row.province.clone().unwrap_or_default();
        let printed = if province == "TP Hồ Chí Minh" {
            draw.pick(&["TP.HCM", "TP HCM", "Hồ Chí Minh"]).to_owned()
        } else {
            province.clone()
        };
        self.row.province = Some(province);
        self.add("Tỉnh thành", "Tỉnh thành", "province", printed);
        if let Some(colour) = car.row.color_exterior.clone() {
            self.row.color_exterior = Some(colour.clone());
            if self.old {
                self.add("", "Màu xe", "", colour);
            }
        }
        if let Some(litres) = car
            .row
            .engine_l
            .filter(|_| self.old && self.row.fuel != Some(Fuel::Electric))
        {
            let cc = (litres * 1000.0).round() as u64 - 2;
            self.row.engine_l = Some((cc as f64 / 100.0).round() / 10.0);
            self.add("", "Dung tích xi lanh", "engine", format!("{cc} cc"));
        }
        if self.old {
            self.row.seats = car.row.seats;
            let seats = car.row.seats.map(|seats| seats.to_string());
            if let Some(seats) = seats {
                self.add("", "Số chỗ ngồi", "seats", seats);
            }
        } else {
            let seats = car.row.seats.filter(|_| draw.chance(80));
            self.row.seats = seats;
            self.keep(
                "seats",
                &seats.map_or_else(|| "0".to_owned(), |seats| seats.to_string()),
            );
            self.row.make = Some(car.make().to_owned());
            self.row.model = Some(car.model().to_owned());
            self.keep("make", car.make());
            self.keep("model", car.model());
        }
        self.price = match car.million {
            Some(million) => words::price_oto(draw, million),
            None => draw.pick(words::NO_PRICE).to_owned(),
        };
        self.row.price = car.million.map(|million| Money::vnd(million as f64 * 1e6));
        let price = self.price.clone();
        // Before 2021 only the script has it.
        if !self.old {
            self.keep("price", &price);
        }
        let day = self.day();
        self.keep("listed_on", &day);
    }

    fn day(&self) -> String {
        self.row
            .listed_on
            .map(|day| day.format("%d/%m/%Y").to_string())
            .unwrap_or_default()
    }

    fn page(&mut self, draw: &mut Draw) -> String {
        let apart = draw.chance(8);
        let text = |text: &str| {
            escaped(&if apart {
                decomposed(text)
            } else {
                text.to_owned()
            })
        };
        let mut html_rows = String::new();
        for (new, old, printed) in &self.rows {
            let printed = text(printed);
            let _ = match (self.old, new.is_empty()) {
                (true, _) => write!(
                    html_rows,
                    "<div class=\"row\"><span>{}:</span><span>{printed}</span></div>",
                    text(old)
                ),
                (false, false) => write!(
                    html_rows,
                    "<li><label class=\"label\"><i class=\"icon\"></i>{}</label> <div class=\"small\">{printed}</div></li>",
                    text(new)
                ),
                (false, true) => Ok(()),
            };
        }
        let car = self.car;
        let seller = &car.seller;
        let (name, phone) = (
            escaped(&seller.name),
            words::dialled(draw, &seller.phones[0]),
        );
        let id = &car.id;
        let title = escaped(self.row.title.as_deref().unwrap_or_default());
        let with_account = draw.chance(60);
        let identity = if with_account {
            Identity::Account(seller.account.to_string())
        } else {
            Identity::Phone(seller.phones[0].clone())
        };
        self.row.seller_hash = Some(seller_hash(&key(), "oto", &identity));
        self.row.seller_kind = Some(seller.kind);
        let data = if with_account {
            escaped(&format!(
                "{{\"ProductId\":{id},\"SellerId\":{}}}",
                seller.account
            ))
        } else {
            escaped("{\"ProductId\":1,\"SellerId\":99}")
        };
        let contact = format!(
            "<div class=\"box-contact\"><span class=\"user-name\">{name}</span> <a href=\"tel:{}\" datalayer-json=\"{data}\">{phone}</a></div>",
            seller.phones[0]
        );
        let day = self.day();
        let head = format!(
            "<div class=\"date-code\"><span class=\"code\">Mã tin: {id}</span>|<span class=\"date\">{day}</span></div>"
        );
        let amount = car.million.map_or(0, |million| million * 1_000_000);
        if self.old {
            return format!(
                "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title} - chính chủ {phone}</h1>{head}<script>var id = {id}; var price = {amount}; var phone = \"{phone}\";</script><div class=\"baseinfo\">{html_rows}</div>{contact}<div class=\"description\">Gọi {name} {phone}</div></body></html>"
            );
        }
        let state = if car.is_new() {
            "Mới"
        } else {
            "Đã qua sử dụng"
        };
        let origin = match self.row.origin {
            Some(Origin::Domestic) => "Trong nước",
            Some(Origin::Imported) => "Nhập khẩu",
            None => "",
        };
        let colour = self.row.color_exterior.as_deref().unwrap_or_default();
        let tag = escaped(&format!(
            "{}.{}.{state}.{origin}.{}.{}..{colour}.F0.V3.{id}.",
            car.make(),
            car.model(),
            car.year(),
            self.price
        ));
        let other = escaped("Kia.Morning.Mới.Nhập khẩu.2001.1 tỷ.Wagon.Tím.F0.V3.1.");
        let price = text(&self.price);
        let hidden = if draw.chance(70) {
            format!("<input type=\"hidden\" id=\"hddPrice\" value=\"{amount}\">")
        } else {
            String::new()
        };
        let seats = self.row.seats.unwrap_or(0);
        format!(
            "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{hidden}<input type=\"hidden\" id=\"numberOfSeat\" value=\"{seats}\"><input type=\"hidden\" id=\"fuelType\" value=\"1\"><div id=\"box-detail\"><div class=\"group-title-detail\"><h1 class=\"title-detail\">\n {title} </h1>{head}</div><div class=\"price-detail\"><div class=\"box-price\"><span class=\"price-big blueprice\">Giá bán: <span class=\"price\">{price}</span></span><span class=\"price-small\">Giá lăn bánh: <span>9 tỷ</span></span></div></div><div class=\"box-info-detail\"><ul class=\"list-info\">{html_rows}<li><label>Quận huyện</label> Nam Từ Liêm</li></ul></div></div><div class=\"description\"><div>Gọi {name} {phone}</div></div><span class=\"call2 mobile\" data-call=\"{tag}\" data-value=\"Bấm\">09000*****</span>{contact}<div class=\"item-car\" data-autoid=\"1\"><h3 class=\"title\"><a href=\"/khac-aidxc1\">x</a></h3><span class=\"seller-name\">{name}</span><a data-call=\"{other}\"></a></div></body></html>"
        )
    }
}
