//! What the assistant says of its own: facts of tools in words, in both languages.
//!
//! No language model writes these, so they are right when it is gone, and no amount in them was made up.

mod greeting;
mod names;
mod units;
mod valuation;

pub use greeting::{greeting, is_greeting, openers};
pub use units::{amount, distance};
pub use valuation::valued;

use crate::Language;
use crate::tools::Specs;
use crate::tools::inventory::Found;
use names::{body_name, fuel_name, gearbox_name, join};
use understanding::{Filters, Required, Slots};

/// Offers that a message names.
const OFFERS: usize = 5;

/// One of two texts, by language.
fn pick(language: Language, vietnamese: impl Into<String>, english: impl Into<String>) -> String {
    match language {
        Language::Vietnamese => vietnamese.into(),
        Language::English => english.into(),
    }
}

/// The car of `slots`: `Toyota Vios 1.5G 2019, 45.000 km`.
fn car(slots: &Slots, language: Language) -> String {
    let name = [
        slots.make.as_deref(),
        slots.model.as_deref(),
        slots.trim.as_deref(),
    ];
    let mut text = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if let Some(year) = slots.year {
        text = format!("{text} {year}");
    }
    if let Some(km) = slots.mileage_km {
        text = format!("{text}, {}", distance(f64::from(km), language));
    }
    text.trim().to_owned()
}

/// The question for what a valuation still lacks.
pub fn missing(slots: &Slots, missing: &[Required], language: Language) -> String {
    let names: Vec<_> = missing
        .iter()
        .map(|slot| match (slot, language) {
            (Required::Make, Language::Vietnamese) => "hãng xe",
            (Required::Make, Language::English) => "the make",
            (Required::Model, Language::Vietnamese) => "dòng xe",
            (Required::Model, Language::English) => "the model",
            (Required::Year, Language::Vietnamese) => "đời xe (năm sản xuất)",
            (Required::Year, Language::English) => "the model year",
            (Required::MileageKm, Language::Vietnamese) => "số km đã đi",
            (Required::MileageKm, Language::English) => "the mileage in km",
        })
        .collect();
    let names = list(&names, language);
    let known = car(slots, language);
    if known.is_empty() {
        return pick(
            language,
            format!("Để định giá xe, bạn cho mình biết {names} nhé."),
            format!("To value your car, please tell me {names}."),
        );
    }
    pick(
        language,
        format!("Để định giá {known}, bạn cho mình biết thêm {names} nhé."),
        format!("To value the {known}, please tell me {names} as well."),
    )
}

/// `a, b and c`.
fn list(items: &[&str], language: Language) -> String {
    let and = pick(language, " và ", " and ");
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [others @ .., last] => format!("{}{and}{last}", others.join(", ")),
    }
}

/// No model is loaded, so nothing can be valued.
pub fn no_valuer(language: Language) -> String {
    pick(
        language,
        "Hiện mình chưa định giá được vì mô hình giá chưa sẵn sàng. Bạn thử lại sau ít phút nhé.",
        "I cannot value cars at the moment: the price model is not ready. Please try again in a few minutes.",
    )
}

/// What a search found.
pub fn found(filters: &Filters, found: &Found, held: usize, language: Language) -> String {
    if held == 0 {
        return pick(
            language,
            "Mình chưa có kho tin đăng để tìm. Bạn dùng bộ lọc trên trang tìm xe giúp mình nhé.",
            "I hold no listings to search. Please use the filters on the search page.",
        );
    }
    if found.total == 0 {
        let hint = if filters.price_max_vnd.is_some() {
            pick(
                language,
                " Bạn thử nâng mức giá hoặc bớt điều kiện nhé.",
                " Try a higher price or fewer conditions.",
            )
        } else {
            pick(
                language,
                " Bạn thử bớt điều kiện nhé.",
                " Try fewer conditions.",
            )
        };
        return pick(
            language,
            "Không có tin nào khớp với yêu cầu.",
            "No listing meets your conditions.",
        ) + &hint;
    }
    let shown = found.offers.len().min(OFFERS);
    let head = if found.total > shown {
        pick(
            language,
            format!("Có {} tin phù hợp; {shown} tin mới nhất:", found.total),
            format!("{} listings match; the {shown} newest:", found.total),
        )
    } else {
        pick(
            language,
            format!("Có {} tin phù hợp:", found.total),
            format!("{} matching:", found.total),
        )
    };
    let lines = found.offers.iter().take(OFFERS).map(|offer| {
        let name = [offer.make.as_deref(), offer.model.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let year = offer
            .year
            .map(|year| format!(" {year}"))
            .unwrap_or_default();
        let km = offer
            .mileage_km
            .map(|km| format!(", {}", distance(km, language)))
            .unwrap_or_default();
        let price = offer
            .price_vnd
            .map(|price| format!(", {}", amount(price, language)))
            .unwrap_or_default();
        let place = offer
            .province
            .as_ref()
            .map(|place| format!(", {place}"))
            .unwrap_or_default();
        format!("\n• {name}{year}{km}{price}{place}")
    });
    head + &lines.collect::<String>()
}

/// Cars side by side.
pub fn compared(cars: &[Specs], language: Language) -> String {
    let head = pick(language, "So sánh:", "Side by side:");
    let lines = cars
        .iter()
        .map(|own| format!("\n• {}", specs(own, language)));
    head + &lines.collect::<String>()
}

/// So many models were named where two to four can be compared.
pub fn compare_what(named: usize, language: Language) -> String {
    if named > 4 {
        return pick(
            language,
            format!("Bạn nêu {named} dòng xe; mình so sánh được từ 2 đến 4 dòng mỗi lần."),
            format!("You named {named} models; I can compare 2 to 4 at a time."),
        );
    }
    pick(
        language,
        "Bạn muốn so sánh những dòng xe nào? Hãy nêu tên hai đến bốn dòng, ví dụ: Vios và City.",
        "Which models shall I compare? Name two to four, for example: Vios and City.",
    )
}

/// The facts of a model.
pub fn specs(specs: &Specs, language: Language) -> String {
    let mut facts = Vec::new();
    if let Some(body) = specs.body {
        facts.push(body_name(body, language).to_owned());
    }
    if !specs.seats.is_empty() {
        let seats = join(&specs.seats);
        facts.push(pick(
            language,
            format!("{seats} chỗ"),
            format!("{seats} seats"),
        ));
    }
    if !specs.engines_l.is_empty() {
        let litres = join(&specs.engines_l);
        facts.push(pick(
            language,
            format!("động cơ {litres} lít", litres = litres.replace('.', ",")),
            format!("{litres} l engine"),
        ));
    }
    if !specs.fuels.is_empty() {
        let fuels: Vec<_> = specs
            .fuels
            .iter()
            .map(|fuel| fuel_name(*fuel, language))
            .collect();
        facts.push(fuels.join("/"));
    }
    if !specs.transmissions.is_empty() {
        let gears: Vec<_> = specs
            .transmissions
            .iter()
            .map(|own| gearbox_name(*own, language))
            .collect();
        facts.push(gears.join("/"));
    }
    if let Some((first, last)) = specs.sold {
        facts.push(pick(
            language,
            format!("bán tại Việt Nam đời {first}–{last}"),
            format!("sold in Vietnam, model years {first}–{last}"),
        ));
    }
    let mut text = format!("{} {}: {}.", specs.make, specs.model, facts.join(", "));
    if let Some(asked) = specs.offers {
        let (low, middle, high) = (
            amount(asked.lowest_vnd, language),
            amount(asked.median_vnd, language),
            amount(asked.highest_vnd, language),
        );
        text += &pick(
            language,
            format!(
                " {} tin đang rao từ {low} đến {high}, trung vị {middle}.",
                asked.n
            ),
            format!(
                " {} listings ask {low} to {high}, median {middle}.",
                asked.n
            ),
        );
    }
    text
}

/// No model was recognised in a question for facts.
pub fn specs_of_what(language: Language) -> String {
    pick(
        language,
        "Bạn hỏi về dòng xe nào? Hãy nêu tên hãng và dòng xe, ví dụ: Toyota Vios.",
        "Which model do you mean? Name its make and model, for example: Toyota Vios.",
    )
}

/// Where a user finds what is theirs: the assistant sees no accounts.
pub fn account(language: Language) -> String {
    pick(
        language,
        "Mình không xem được tài khoản của bạn. Sau khi đăng nhập, mục Tài khoản có hồ sơ và số điện thoại, tin đã đăng, xe đã lưu và tin nhắn; cần người hỗ trợ thì vào Trợ giúp → Liên hệ.",
        "I cannot see your account. Once you are signed in, Account has your profile and phone number, your listings, saved cars and messages; for a person's help go to Help → Contact.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_distances_read_as_people_say_them() {
        let (vi, en) = (Language::Vietnamese, Language::English);
        for (vnd, vietnamese, english) in [
            (462e6, "462 triệu đồng", "VND 462 million"),
            (1.25e9, "1,25 tỷ đồng", "VND 1.25 billion"),
            (2e9, "2 tỷ đồng", "VND 2 billion"),
            (999.6e6, "1 tỷ đồng", "VND 1 billion"),
            (100e6, "100 triệu đồng", "VND 100 million"),
            (49_000.0, "49 nghìn đồng", "VND 49 thousand"),
            (-18e6, "−18 triệu đồng", "−VND 18 million"),
        ] {
            assert_eq!(amount(vnd, vi), vietnamese);
            assert_eq!(amount(vnd, en), english);
        }
        assert_eq!(distance(45_000.0, vi), "45.000 km");
        assert_eq!(distance(123_456.0, en), "123,456 km");
        assert_eq!(distance(900.0, en), "900 km");
    }

    #[test]
    fn what_a_valuation_lacks_is_asked_for() {
        let slots = Slots {
            make: Some("Toyota".to_owned()),
            model: Some("Vios".to_owned()),
            year: Some(2019),
            ..Slots::default()
        };
        let asked = missing(&slots, &[Required::MileageKm], Language::Vietnamese);
        assert_eq!(
            asked,
            "Để định giá Toyota Vios 2019, bạn cho mình biết thêm số km đã đi nhé."
        );
    }
}
