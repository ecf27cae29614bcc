//! oto.com.vn's lists, in three layouts.

use std::fmt::Write;

use super::car::Car;
use super::oto::START;
use super::{Draw, SiteWorld, escaped, words};

/// A list of cards in one of the layouts; `more` pages follow or not.
pub fn list<'a>(
    draw: &mut Draw,
    cars: impl Iterator<Item = &'a Car>,
    number: usize,
    more: bool,
    site: &SiteWorld,
) -> String {
    let layout = draw.below(3);
    let mut items = String::new();
    for car in cars {
        let (id, href) = (&car.id, &site.detail[&car.id]);
        let name = escaped(&format!("{} {}", car.name(), car.year()));
        let price = car.million.map_or_else(
            || "Thỏa thuận".to_owned(),
            |million| words::price_oto(draw, million),
        );
        let state = if car.is_new() {
            "Mới"
        } else {
            "Đã qua sử dụng"
        };
        let tag = escaped(&format!("{}.{}.{state}.{id}.V5.", car.make(), car.model()));
        let seller = escaped(&car.seller.name);
        let province = car.row.province.as_deref().unwrap_or_default();
        let mut chips = [
            "Số tự động".to_owned(),
            state.to_owned(),
            "Xăng".to_owned(),
            format!("{} km", words::grouped(car.km(), '.')),
        ];
        chips.rotate_left(draw.below(4));
        let chips: String = chips
            .iter()
            .map(|chip| format!("<li>{chip}</li>"))
            .collect();
        let _ = match layout {
            0 => writeln!(
                items,
                "<div class=\"item-car dev-item-car\" data-tinrao=\"{tag}\" data-autoid=\"{id}\"><div class=\"photo\"><a href=\"{href}\" title=\"{name}\"></a></div><div class=\"info\"><h3 class=\"title\"><a href=\"{href}\" title=\"{name} - 539 triệu\"><span class=\"car-name\">{name}</span></a></h3><p class=\"price\">{price} <span class=\"old-price\">9 tỷ</span></p><ul class=\"tag-list\">{chips}</ul><ul class=\"seller\"><li class=\"seller-name\"><span class=\"txt\">{seller}</span></li><li class=\"seller-location\">{province}</li><li class=\"seller-phone\">0900 0** ***</li></ul></div></div>"
            ),
            1 => writeln!(
                items,
                "<div class=\"item-car vipprior\" data-tinrao=\"{tag}\" data-autoid=\"{id}\"><div class=\"photo\"><a href=\"{href}\"></a></div><div class=\"info\"><h3 class=\"title \"><a href=\"{href}\"> {name} - bán gấp </a></h3><p class=\"price redprice\"> {price} <span class=\"old-price\">9 tỷ</span> <span class=\"b-promotion\">Tiền mặt</span></p><ul class=\"info-car\">{chips}</ul><div class=\"group-info-car\"><a class=\"inline salon-user\" href=\"https://salonthu.oto.com.vn\"><span class=\"user-name\"> {seller} </span></a><div class=\"loca\">{province}</div></div></div></div>"
            ),
            _ => writeln!(
                items,
                "<div class=\"box\"><div class=\"img\"><a href=\"https://oto.com.vn{href}\"></a></div><h3><a href=\"https://oto.com.vn{href}\">{name}</a></h3><p class=\"price\">{price}</p><span class=\"user-name\">{seller}</span></div>"
            ),
        };
    }
    let next = match (more, layout) {
        (false, _) => String::new(),
        (true, 2) => format!(
            "<div class=\"paging\"><a href=\"{START}/p{}\">sau</a></div>",
            number + 1
        ),
        (true, _) => {
            "<div class=\"wrap-load-more\"><span class=\"btn-loadmore\">Hiển thị thêm</span></div>"
                .to_owned()
        }
    };
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Mua bán xe</title></head><body><div class=\"box-list-car\">{items}</div>{next}</body></html>"
    )
}
