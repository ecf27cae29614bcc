//! A valuation in words: the price, its range, what moves it, and what makes it doubtful.

use super::{amount, car, pick};
use crate::Language;
use crate::tools::Valued;
use crate::tools::valuation::{Caveat, Effect, Fact, WhyNot};
use understanding::Slots;

/// The price of a car, its range, and what moves it; or why it has none.
pub fn valued(slots: &Slots, valued: &Valued, effects: &[Effect], language: Language) -> String {
    let car = car(slots, language);
    let Some(price) = valued.price_vnd else {
        return not_valued(&car, valued.why_not.as_ref(), language);
    };
    let price = amount(price as f64, language);
    let mut text = pick(
        language,
        format!("{car}: giá rao ước tính khoảng {price}."),
        format!("{car}: the asking price is estimated at about {price}."),
    );
    if let Some(range) = valued.usual_range() {
        let (low, high) = (
            amount(range.low_vnd as f64, language),
            amount(range.high_vnd as f64, language),
        );
        text += &pick(
            language,
            format!(" Cứ 10 xe như vậy thì khoảng 8 xe được rao từ {low} đến {high}."),
            format!(" About 8 in 10 such cars are offered between {low} and {high}."),
        );
    }
    for effect in effects {
        text += &moved(*effect, language);
    }
    for caveat in &valued.caveats {
        text += &doubted(*caveat, language);
    }
    text
}

fn not_valued(car: &str, why: Option<&WhyNot>, language: Language) -> String {
    match why {
        Some(WhyNot::NotSold { sold }) => pick(
            language,
            format!(
                "Mình không định giá {car}: theo danh mục, dòng xe này được bán các đời {sold}. Bạn kiểm tra lại đời xe giúp mình nhé."
            ),
            format!(
                "I do not value the {car}: the catalogue has this model in the years {sold}. Could you check the year?"
            ),
        ),
        Some(WhyNot::Impossible { value, valid }) => pick(
            language,
            format!(
                "Mình không định giá {car}: số {value} nằm ngoài khoảng {valid}. Bạn kiểm tra lại giúp mình nhé."
            ),
            format!("I do not value the {car}: {value} is outside of {valid}. Could you check it?"),
        ),
        None => pick(
            language,
            format!(
                "Mình chưa có cơ sở để định giá {car}: chưa có tin đăng nào của hãng này để so sánh."
            ),
            format!(
                "I have no ground to value the {car}: there are no listings of this make to compare it with."
            ),
        ),
    }
}

fn moved(effect: Effect, language: Language) -> String {
    let by = amount(effect.amount_vnd.abs() as f64, language);
    let more = effect.amount_vnd >= 0;
    let (vietnamese, english) = match effect.fact {
        Fact::YearYounger => ("Xe đời mới hơn một năm", "One model year younger"),
        Fact::FurtherDriven => ("Đi thêm 10.000 km", "Another 10,000 km on the odometer"),
    };
    pick(
        language,
        format!(
            " {vietnamese} thì giá {} khoảng {by}.",
            if more { "cao hơn" } else { "thấp hơn" }
        ),
        format!(
            " {english} would make it about {by} {}.",
            if more { "dearer" } else { "cheaper" }
        ),
    )
}

fn doubted(caveat: Caveat, language: Language) -> String {
    let (vietnamese, english) = match caveat {
        Caveat::ModelUnknown => (
            "Mình chưa biết dòng xe này nên ước tính theo hãng, khoảng giá vì thế rộng hơn.",
            "I do not know this model, so the estimate goes by the make and the range is wider.",
        ),
        Caveat::VersionUnknown => (
            "Mình chưa biết phiên bản này nên khoảng giá rộng hơn.",
            "I do not know this version, so the range is wider.",
        ),
        Caveat::FromListPrice => (
            "Mình hầu như chưa thấy tin rao nào của dòng xe này, nên ước tính từ giá niêm yết của xe mới; chỉ để tham khảo.",
            "I have seen hardly any offer of this model, so the estimate comes from the list price of the new car and is rough.",
        ),
        Caveat::MileageDoubtful => (
            "Số km này có vẻ chưa đúng; mình vẫn tính theo số bạn đưa.",
            "The odometer reading looks doubtful; I took it as given.",
        ),
        Caveat::StaleData { days } => {
            return pick(
                language,
                format!(
                    " Tin rao mới nhất mà mình biết đã cách đây {days} ngày, giá có thể đã đổi."
                ),
                format!(
                    " The newest offers that I know are {days} days old, and prices may have moved."
                ),
            );
        }
    };
    pick(language, format!(" {vietnamese}"), format!(" {english}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::valuation::Range;

    fn slots() -> Slots {
        Slots {
            make: Some("Toyota".to_owned()),
            model: Some("Vios".to_owned()),
            year: Some(2019),
            mileage_km: Some(45_000),
            ..Slots::default()
        }
    }

    #[test]
    fn a_price_is_told_with_its_range_what_moves_it_and_what_is_doubtful() {
        let mut valuation = Valued {
            price_vnd: Some(396_000_000),
            ranges: vec![Range {
                level: 0.8,
                low_vnd: 367_000_000,
                high_vnd: 426_000_000,
            }],
            ..Valued::default()
        };
        let effects = [Effect {
            fact: Fact::FurtherDriven,
            amount_vnd: -4_000_000,
        }];
        assert_eq!(
            valued(&slots(), &valuation, &effects, Language::Vietnamese),
            "Toyota Vios 2019, 45.000 km: giá rao ước tính khoảng 396 triệu đồng. Cứ 10 xe như vậy thì khoảng 8 xe được rao từ 367 triệu đồng đến 426 triệu đồng. Đi thêm 10.000 km thì giá thấp hơn khoảng 4 triệu đồng."
        );
        assert!(
            valued(&slots(), &valuation, &effects, Language::English)
                .contains("between VND 367 million and VND 426 million")
        );
        valuation.caveats = vec![Caveat::StaleData { days: 380 }];
        assert!(valued(&slots(), &valuation, &effects, Language::Vietnamese).contains("380 ngày"),);
    }

    #[test]
    fn a_car_without_a_price_gets_the_reason() {
        let of = |why_not| {
            let valuation = Valued {
                why_not,
                ..Valued::default()
            };
            valued(&slots(), &valuation, &[], Language::English)
        };
        let sold = "2022–".to_owned();
        assert!(of(Some(WhyNot::NotSold { sold })).contains("in the years 2022–"));
        assert!(of(None).contains("no listings of this make"));
    }
}
