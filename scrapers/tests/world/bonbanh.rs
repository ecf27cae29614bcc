//! bonbanh.com's lists and pages.

use std::fmt::Write;

use datasets::vocabulary::{Body, Drivetrain, Fuel, Origin, SellerKind, Transmission};
use datasets::{Catalogue, Listing, Money};
use scrapers::privacy::{Identity, seller_hash};

use super::broken::{Fault, oddly_encoded};
use super::car::Car;
use super::{Draw, Reply, SiteWorld, decomposed, escaped, key, words};

const PER_PAGE: usize = 20;
const START: &str = "/oto-cu-da-qua-su-dung";

pub fn build(draw: &mut Draw, cars: &[Car], site: &mut SiteWorld) {
    let gone = Reply::html("<html><body><p>Tin đăng đã bị xóa</p></body></html>");
    for car in cars {
        let (path, good, row) = detail(draw, car);
        let fault = Fault::draw(draw, site.rejected.len());
        let reply = match fault {
            Some(Fault::Other) => {
                let id = format!("| {}1 |", &car.id[1..]);
                let body =
                    String::from_utf8_lossy(&good.body).replace(&format!("| {} |", car.id), &id);
                Reply::html(body.into_bytes())
            }
            Some(Fault::Blank) => Reply::html(format!(
                "<html><head><title>{}</title></head><body><div id=\"car_detail\"><div class=\"title\"><h1> </h1></div><div class=\"box_car_detail\"><div class=\"row\"><div class=\"label\"><label>Tình trạng:</label></div><div class=\"txt_input\"><span class=\"inp\">-</span></div></div></div></div></body></html>",
                car.id
            )),
            Some(fault) => fault.apply(good, gone.clone(), START),
            None if draw.chance(4) => oddly_encoded(draw, good),
            None => good,
        };
        site.pages.insert(path.clone(), reply);
        site.detail.insert(car.id.clone(), path);
        match fault {
            Some(fault) => site.reject(&car.id, fault),
            None => site.expected.push(row),
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
        );
        site.pages.insert(list_path(number), Reply::html(html));
    }
}

fn list_path(number: usize) -> String {
    if number == 1 {
        START.to_owned()
    } else {
        format!("{START}/page,{number}")
    }
}

fn slug(car: &Car) -> String {
    let name = datasets::text::tokens(&car.name()).join("-");
    format!("xe-{name}-{}-{}", car.year(), car.id)
}

fn list<'a>(
    draw: &mut Draw,
    cars: impl Iterator<Item = &'a Car>,
    number: usize,
    more: bool,
) -> String {
    let old = draw.chance(25);
    let mut items = String::new();
    for car in cars {
        let title = escaped(&format!("{} - {}", car.name(), car.year()));
        let price = car
            .million
            .map_or_else(|| "Thỏa thuận".to_owned(), words::price_bonbanh);
        let seller = escaped(&car.seller.name);
        let phone = words::dialled(draw, &car.seller.phones[0]);
        let state = if car.is_new() { "Xe mới" } else { "Xe cũ" };
        let rest = format!(
            "<div class=\"cb4\"><b>{}</b></div><div class=\"cb6_02\">màu trắng, số tự động, đã đi {} km ...<p>Gọi {seller} {phone}</p></div><div class=\"cb7\">Liên hệ: <b>{seller}</b><br><span>12 Đường Số Một</span><br>ĐT: {phone}</div>",
            car.row.province.as_deref().unwrap_or_default(),
            words::grouped(car.km(), ','),
        );
        let year = car.year();
        let href = slug(car);
        let id = &car.id;
        let _ = if old {
            writeln!(
                items,
                "<li class=\"car-item row1\"><div class=\"cb5\"><span class=\"car_code\">Mã: {id}</span></div><div class=\"cb1\">{state} <br><b>{year}</b></div><div class=\"cb2_02\"><a href=\"{href}\">{title}</a></div><div class=\"cb3\"><b>{price}</b></div>{rest}</li>"
            )
        } else {
            writeln!(
                items,
                "<li class=\"car-item row1\" itemscope><a href=\"{href}\" itemprop=\"url\" title=\"{title}\"><div class=\"cb5\"><span class=\"car_code\">Mã: {id}</span></div><div class=\"cb1\">\n {state} <br><b>{year}</b></div><div class=\"cb2_02\"><h3 itemprop=\"name\">{title}</h3></div><div class=\"cb3\"><b itemprop=\"price\" content=\"0\">{price}<meta itemprop=\"priceCurrency\" content=\"VND\"></b></div>{rest}</a></li>"
            )
        };
    }
    let next = format!("https://bonbanh.com{}", list_path(number + 1));
    let link = if more && draw.chance(50) {
        format!("<link rel=\"next\" href=\"{next}\">")
    } else {
        String::new()
    };
    let arrow = if more {
        format!("<span class=\"bbl\" url=\"{next}\">&gt;</span>")
    } else {
        String::new()
    };
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Mua bán ô tô</title>{link}</head><body><div id=\"s-list-car\"><ul>{items}</ul><div class=\"navpage\"><span class=\"bbl\" url=\"https://bonbanh.com{}\">{number}</span>{arrow}</div></div></body></html>",
        list_path(number),
    )
}

/// What a car's rows print, the column that keeps the text, and the value in the listing.
struct Rows {
    /// Label and text.
    printed: Vec<(&'static str, String)>,
    row: Listing,
}

impl Rows {
    fn add(&mut self, label: &'static str, fields: &[&str], text: Option<String>) {
        if let Some(text) = &text {
            for field in fields {
                self.row
                    .raw
                    .insert((*field).to_owned(), datasets::text::clean(text));
            }
        }
        self.printed
            .push((label, text.unwrap_or_else(|| "-".to_owned())));
    }
}

fn detail(draw: &mut Draw, car: &Car) -> (String, Reply, Listing) {
    let old = draw.chance(40);
    let path = format!("/{}", slug(car));
    let name = format!("Xe {}", car.name());
    let year = car.year().to_string();
    let mut rows = Rows {
        printed: Vec::new(),
        row: Listing {
            id: car.id.clone(),
            source: "bonbanh".to_owned(),
            url: Some(format!("https://bonbanh.com{path}")),
            title: Some(name.clone()),
            make: Some(car.make().to_owned()),
            model: Some(car.model().to_owned()),
            year: car.row.year,
            listed_on: car.row.listed_on,
            ..Listing::default()
        },
    };
    let raw = &mut rows.row.raw;
    raw.insert("make".into(), car.make().to_owned());
    raw.insert("model".into(), car.model().to_owned());
    raw.insert("year".into(), year.clone());
    fill(draw, car, old, &mut rows);
    let price = match car.million {
        Some(million) => words::price_bonbanh(million),
        None => draw.pick(words::NO_PRICE).to_owned(),
    };
    rows.row.price = car.million.map(|million| Money::vnd(million as f64 * 1e6));
    rows.row.raw.insert("price".into(), price.clone());
    let day = car
        .row
        .listed_on
        .map(|day| day.format("%-d/%-m/%Y").to_string())
        .unwrap_or_default();
    rows.row
        .raw
        .insert("listed_on".into(), format!("Đăng ngày {day}"));
    let contact = contact(draw, car, &mut rows.row);
    if old {
        rows.printed.reverse();
    } else {
        rows.printed.insert(0, ("Năm sản xuất", year.clone()));
    }
    let apart = draw.chance(8);
    let mut html_rows = String::new();
    for (index, (label, text)) in rows.printed.iter().enumerate() {
        let text = escaped(&if apart {
            decomposed(text)
        } else {
            text.clone()
        });
        let label = if apart {
            decomposed(label)
        } else {
            (*label).to_owned()
        };
        let class = if index % 6 == 5 { "row_last" } else { "row" };
        let outer = if label.contains("cửa") || index % 4 == 3 {
            "inputbox"
        } else {
            "txt_input"
        };
        let _ = write!(
            html_rows,
            "<div class=\"{class}\" id=\"mail_parent\"><div class=\"label\"><label>{label}:</label></div><div class=\"{outer}\"><span class=\"inp\">\n {text}\n</span></div></div>"
        );
    }
    let dollars = if old { " <font>( $43,900 )</font>" } else { "" };
    let trail: String = ["Trang chủ", "Bán xe ô tô", car.make(), car.model(), &year]
        .iter()
        .map(|name| format!("<span itemprop=\"itemListElement\"><a itemprop=\"item\"><span itemprop=\"name\"><strong>{}</strong></span></a></span>", escaped(name)))
        .collect();
    let words_of_seller = format!(
        "Gọi {} {}",
        escaped(&car.seller.name),
        words::dialled(draw, &car.seller.phones[0])
    );
    let related = format!(
        "<div class=\"related\"><li class=\"car-item\"><a href=\"xe-khac-2010-9999999\" itemprop=\"url\">Xe khác</a><div class=\"cb7\">Liên hệ: <b>{}</b></div></li></div>",
        escaped(&car.seller.name)
    );
    let html = format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Bán {name_escaped} {year} | {id} | Bonbanh.com</title><meta name=\"description\" content=\"{words_of_seller}\"></head><body><div id=\"wrapper\"><div class=\"breadcrum\">{trail}</div><div id=\"car_detail\"><div class=\"title\"><h1>\n {name_escaped} {year}\t-\n {price}{dollars} </h1><div class=\"notes\">Đăng ngày {day}. Đã xem 321 lượt</div></div><div id=\"sgg\"><div class=\"box_car_detail\"><div class=\"col\">{html_rows}</div></div><div class=\"box_car_des car_des\"><div class=\"des_txt\">{words_of_seller}</div></div></div></div>{contact}{related}</div><script>var seller = \"{words_of_seller}\";</script></body></html>",
        name_escaped = escaped(&name),
        id = car.id,
    );
    Catalogue::embedded().resolve(&mut rows.row);
    (path, Reply::html(html), rows.row)
}

fn fill(draw: &mut Draw, car: &Car, old: bool, rows: &mut Rows) {
    let row = &car.row;
    rows.row.condition = row.condition;
    let state = if car.is_new() {
        "Xe mới"
    } else {
        "Xe đã dùng"
    };
    rows.add("Tình trạng", &["condition"], Some(state.to_owned()));
    rows.row.mileage_km = row.mileage_km.map(f64::round);
    let km = if car.is_new() {
        "Xe mới".to_owned()
    } else {
        format!("{} Km", words::grouped(car.km(), ','))
    };
    rows.add("Số Km đã đi", &["mileage"], Some(km));
    rows.row.origin = row.origin;
    let origin = row.origin.map(|origin| match origin {
        Origin::Domestic => "Lắp ráp trong nước",
        Origin::Imported => "Nhập khẩu",
    });
    rows.add("Xuất xứ", &["origin"], origin.map(str::to_owned));
    let body = row.body.map(|body| match body {
        Body::Sedan => ("Sedan", Body::Sedan),
        Body::Suv => ("SUV", Body::Suv),
        Body::Crossover => ("Crossover", Body::Crossover),
        Body::Hatchback => ("Hatchback", Body::Hatchback),
        Body::Mpv | Body::Van => ("Van/Minivan", Body::Mpv),
        Body::Pickup => ("Bán tải / Pickup", Body::Pickup),
        Body::Coupe => ("Coupe", Body::Coupe),
        Body::Convertible => ("Convertible/Cabriolet", Body::Convertible),
        Body::Wagon => ("Wagon", Body::Wagon),
        Body::Truck => ("Truck", Body::Truck),
    });
    rows.row.body = body.map(|(_, body)| body);
    let label = if old { "Dòng xe" } else { "Kiểu dáng" };
    rows.add(label, &["body"], body.map(|(text, _)| text.to_owned()));
    rows.row.transmission = row.transmission;
    let gearbox = row.transmission.map(|gearbox| match gearbox {
        Transmission::Automatic => "Số tự động",
        Transmission::Manual => "Số tay",
        Transmission::SemiAutomatic => "Số hỗn hợp",
    });
    rows.add("Hộp số", &["transmission"], gearbox.map(str::to_owned));
    let fuel = row.fuel.filter(|fuel| *fuel != Fuel::Other);
    rows.row.fuel = fuel;
    rows.row.engine_l = row
        .engine_l
        .filter(|_| fuel.is_some_and(|fuel| fuel != Fuel::Electric));
    let motor = fuel.map(|fuel| {
        let word = match fuel {
            Fuel::Diesel => "Dầu",
            Fuel::Hybrid => "Hybrid",
            Fuel::Electric => "Điện",
            _ => "Xăng",
        };
        match rows.row.engine_l {
            Some(litres) => format!("{word}\t{litres:?} L"),
            None => word.to_owned(),
        }
    });
    rows.add("Động cơ", &["fuel", "engine"], motor);
    rows.row.color_exterior.clone_from(&row.color_exterior);
    rows.add("Màu ngoại thất", &[], row.color_exterior.clone());
    let inside = draw.pick(&[None, Some("Đen"), Some("Kem"), Some("Màu khác")]);
    rows.row.color_interior = inside
        .filter(|colour| *colour != "Màu khác")
        .map(str::to_owned);
    rows.add("Màu nội thất", &[], inside.map(str::to_owned));
    rows.row.seats = row.seats;
    let label = if draw.chance(50) {
        "Số chỗ ngồi"
    } else {
        "Số chỗ"
    };
    rows.add(
        label,
        &["seats"],
        row.seats.map(|seats| format!("{seats} chỗ")),
    );
    rows.add("Số cửa", &[], Some("4 cửa".to_owned()));
    let said = draw.chance(95);
    let wheels = draw.pick(&[
        ("FWD - Dẫn động cầu trước", Drivetrain::Fwd),
        ("RFD - Dẫn động cầu sau", Drivetrain::Rwd),
        ("AWD - 4 bánh toàn thời gian", Drivetrain::Awd),
        ("4WD - Dẫn động 4 bánh", Drivetrain::FourWd),
    ]);
    let wheels = said.then_some(wheels);
    rows.row.drivetrain = wheels.map(|(_, wheels)| wheels);
    rows.add(
        "Dẫn động",
        &["drivetrain"],
        wheels.map(|(text, _)| text.to_owned()),
    );
    if old {
        let litres = draw.pick(&[None, Some(8.0), Some(6.5)]);
        rows.row.consumption_l_per_100km = litres;
        rows.add(
            "Tiêu thụ nhiên liệu",
            &[],
            litres.map(|litres| format!("{litres} L/100Km")),
        );
        rows.add("Hệ thống nạp nhiên liệu", &[], None);
    }
}

fn contact(draw: &mut Draw, car: &Car, row: &mut Listing) -> String {
    let seller = &car.seller;
    row.seller_kind = Some(seller.kind);
    row.seller_hash = Some(seller_hash(
        &key(),
        "bonbanh",
        &Identity::Phone(seller.phones[0].clone()),
    ));
    let name = escaped(&seller.name);
    let shop = seller.kind == SellerKind::Dealer;
    let named = if shop && draw.chance(50) {
        format!("<a class=\"cname\" href=\"http://salonthu.bonbanh.com\">{name}</a>")
    } else {
        format!("<span class=\"cname\">{name}</span>")
    };
    let phone = &seller.phones[0];
    let spaced = format!("{} {} {}", &phone[..4], &phone[4..7], &phone[7..]);
    let mut phones = if draw.chance(50) {
        format!("<a class=\"cphone\" href=\"tel:{phone}\">{spaced}</a>")
    } else {
        format!("<span class=\"cphone\">{spaced}</span>")
    };
    for other in &seller.phones[1..] {
        let _ = write!(phones, " - {}", words::dialled(draw, other));
    }
    let province = row_province(car, row);
    let site = if shop {
        "<br>Website: <a href=\"http://salonthu.example\">salonthu.example</a>"
    } else {
        ""
    };
    format!(
        "<div class=\"contact-box\"><div class=\"cinfo\"><div class=\"contact-txt\">{named}<br>Điện thoại: {phones}<br>Địa chỉ: 12 Đường Số Một, Quận Một, {province}{site}</div></div></div>"
    )
}

/// The province as the site prints it, noted in the listing.
fn row_province(car: &Car, row: &mut Listing) -> String {
    let province = car.row.province.clone().unwrap_or_default();
    let printed = if province == "TP Hồ Chí Minh" {
        "TP HCM".to_owned()
    } else {
        province.clone()
    };
    row.province = Some(province);
    row.raw.insert("province".into(), printed.clone());
    printed
}
