//! Chips and dotted tags: lists of texts without labels, told apart by what they say.

use datasets::parse;
use datasets::text;
use datasets::vocabulary::{Body, Condition, Fuel, Origin, Transmission};

use crate::row::Row;

/// Outside colours as the sites name them, folded.
const COLOURS: &[&str] = &[
    "trang",
    "den",
    "do",
    "xanh",
    "bac",
    "xam",
    "nau",
    "cat",
    "vang",
    "cam",
    "ghi",
    "dong",
    "kem",
    "nhieu mau",
    "mau khac",
    "hong",
    "tim",
    "xanh lam",
    "xanh la",
    "xanh luc",
    "xanh da troi",
    "be",
    "bordeaux",
    "do do",
];

/// What a chip is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chip {
    Year,
    Mileage,
    Condition,
    Transmission,
    Fuel,
    Origin,
    Body,
    Colour,
}

impl Chip {
    /// What `printed` is about; none where it could be anything.
    pub(super) fn of(printed: &str) -> Option<Self> {
        let folded = text::fold(printed.trim());
        let is_year = folded.len() == 4 && matches!(parse::year(&folded), Ok(Some(_)));
        Some(if is_year {
            Self::Year
        } else if folded.ends_with("km") && matches!(parse::mileage_km(printed, 1.0), Ok(Some(_))) {
            Self::Mileage
        } else if COLOURS.contains(&folded.as_str()) {
            Self::Colour
        } else if whole(
            &folded,
            Condition::parse(printed).is_some(),
            &["xe", "da", "qua"],
        ) {
            Self::Condition
        } else if Transmission::parse(printed).is_some() {
            Self::Transmission
        } else if Fuel::parse(printed).is_some() {
            Self::Fuel
        } else if Origin::parse(printed).is_some() {
            Self::Origin
        } else if Body::parse(printed).is_some() {
            Self::Body
        } else {
            return None;
        })
    }

    /// The column of the site's mapping.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Year => "Năm SX",
            Self::Mileage => "Km đã đi",
            Self::Condition => "Tình trạng",
            Self::Transmission => "Hộp số",
            Self::Fuel => "Nhiên liệu",
            Self::Origin => "Xuất xứ",
            Self::Body => "Kiểu dáng",
            Self::Colour => "Màu ngoại thất",
        }
    }
}

/// `mới` alone is a condition; in `mới về` it is not one.
fn whole(folded: &str, named: bool, idle: &[&str]) -> bool {
    named
        && folded
            .split(' ')
            .all(|word| idle.contains(&word) || matches!(word, "cu" | "moi" | "dung" | "su"))
}

/// Reads `Toyota.Vios.Đã qua sử dụng.Trong nước.2019.435 triệu.Sedan.Trắng.F0.V3.29000001.`: models have dots of
/// their own (`Lux A2.0`), and parts may be empty. Nothing where the tag is of another listing.
pub(super) fn read_tag(tag: &str, id: &str, row: &mut Row) {
    let parts: Vec<&str> = tag.split('.').map(str::trim).collect();
    if !parts.contains(&id) {
        return;
    }
    let condition = parts
        .iter()
        .position(|part| Chip::of(part) == Some(Chip::Condition));
    let Some(condition) = condition.filter(|at| *at >= 1) else {
        return;
    };
    row.put("Hãng", parts[0]);
    row.put("Dòng xe", parts[1..condition].join("."));
    // Nothing of these can be taken for another, so their places do not count.
    for part in &parts[condition..] {
        if let Some(chip) = Chip::of(part) {
            row.put(chip.column(), *part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_are_told_apart_by_their_text() {
        for (printed, want) in [
            ("2022", Some(Chip::Year)),
            ("48.000 km", Some(Chip::Mileage)),
            ("Đã qua sử dụng", Some(Chip::Condition)),
            ("Xe cũ", Some(Chip::Condition)),
            ("Mới", Some(Chip::Condition)),
            ("Số tự động", Some(Chip::Transmission)),
            ("Số sàn", Some(Chip::Transmission)),
            ("Xăng", Some(Chip::Fuel)),
            ("Điện", Some(Chip::Fuel)),
            ("Hybrid", Some(Chip::Fuel)),
            ("Trong nước", Some(Chip::Origin)),
            ("Nhập khẩu", Some(Chip::Origin)),
            ("SUV", Some(Chip::Body)),
            ("Van/Minivan", Some(Chip::Body)),
            ("Đen", Some(Chip::Colour)),
            ("Tiền mặt", None),
            ("435 triệu", None),
            ("", None),
            ("29000001", None),
        ] {
            assert_eq!(Chip::of(printed), want, "{printed:?}");
        }
    }

    #[test]
    fn tags_have_dots_in_models_and_empty_parts() {
        for (tag, make, model, colour) in [
            (
                "Toyota.Vios.Đã qua sử dụng.Trong nước.2019.435 triệu.Sedan.Trắng.F0.V3.7.",
                Some("Toyota"),
                Some("Vios"),
                Some("Trắng"),
            ),
            (
                "VinFast.Lux A2.0.Mới..2020.1.42 tỷ..Đen.F0.V3.7",
                Some("VinFast"),
                Some("Lux A2.0"),
                Some("Đen"),
            ),
            (
                "Kia.Sonet.Đã qua sử dụng.Trong nước.2019.8.",
                None,
                None,
                None,
            ),
            ("Kia..7", None, None, None),
        ] {
            let mut row = Row::default();
            read_tag(tag, "7", &mut row);
            let read = (
                row.get("Hãng"),
                row.get("Dòng xe"),
                row.get("Màu ngoại thất"),
            );
            assert_eq!(read, (make, model, colour), "{tag}");
        }
    }
}
