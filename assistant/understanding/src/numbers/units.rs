//! Scales (`vạn`, `triệu`, `k`) and units (`km`, `chỗ`, `đồng`) behind a number.

use std::sync::LazyLock;

use datasets::parse::KM_PER_MILE;

use crate::lexicon::Lexicon;
use crate::text::Text;

/// What the words of an amount say that it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Đồng.
    Vnd,
    /// Kilometres.
    Km,
    /// Something that no slot or filter holds: months, doors, dollars, per cent.
    Other,
    /// Seats.
    Seats,
    /// Cubic centimetres.
    Cc,
    /// Litres of an engine.
    Litres,
}

/// What a word multiplies the number before it by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    Ten,
    Hundred,
    Thousand,
    TenThousand,
    Million,
    Billion,
}

impl Scale {
    pub(super) fn factor(self) -> f64 {
        match self {
            Self::Ten => 1e1,
            Self::Hundred => 1e2,
            Self::Thousand => 1e3,
            Self::TenThousand => 1e4,
            Self::Million => 1e6,
            Self::Billion => 1e9,
        }
    }
}

static SCALES: LazyLock<Lexicon<Scale>> = LazyLock::new(|| {
    use Scale::{Billion, Hundred, Million, Ten, TenThousand, Thousand};
    Lexicon::new([
        ("chục", Ten),
        ("trăm", Hundred),
        ("hundred", Hundred),
        ("nghìn", Thousand),
        ("ngàn", Thousand),
        ("nghin", Thousand),
        ("ngan", Thousand),
        ("k", Thousand),
        ("thousand", Thousand),
        ("vạn", TenThousand),
        ("van", TenThousand),
        ("triệu", Million),
        ("trịu", Million),
        ("tr", Million),
        ("củ", Million),
        ("chai", Million),
        ("million", Million),
        ("millions", Million),
        ("mil", Million),
        ("mio", Million),
        ("tỷ", Billion),
        ("tỉ", Billion),
        ("tỏi", Billion),
        ("tỹ", Billion),
        ("billion", Billion),
        ("bil", Billion),
        ("bln", Billion),
    ])
});

/// Abbreviations that are scales only right behind a digit: `6v`, `850m`, `1.2bn`, `1t2`.
const GLUED_SCALES: &[(&str, Scale)] = &[
    ("v", Scale::TenThousand),
    ("m", Scale::Million),
    ("bn", Scale::Billion),
    ("b", Scale::Billion),
    ("ty", Scale::Billion),
    ("t", Scale::Billion),
];

pub(super) static UNITS: LazyLock<Lexicon<(Unit, f64)>> = LazyLock::new(|| {
    let one = |unit| (unit, 1.0);
    let km = [
        "km",
        "kms",
        "cây",
        "cây số",
        "kilomet",
        "ki lô mét",
        "kilometres",
        "kilometers",
        "kilometre",
        "kilometer",
        "klm",
        "số km",
    ];
    let miles = ["mile", "miles", "mi", "dặm"];
    let vnd = [
        "đồng",
        "đ",
        "vnd",
        "vnđ",
        "dong",
        "đồng vn",
        "việt nam đồng",
    ];
    let seats = [
        "chỗ",
        "chổ",
        "ghế",
        "chỗ ngồi",
        "seats",
        "seat",
        "seater",
        "seaters",
        "- seater",
        "- seaters",
        "- seat",
        "- seats",
        "seated",
        "people",
    ];
    let other = [
        "năm",
        "tháng",
        "ngày",
        "tuần",
        "giờ",
        "cửa",
        "cầu",
        "chủ",
        "đời chủ",
        "%",
        "phần trăm",
        "túi khí",
        "lần",
        "xe",
        "con",
        "chiếc",
        "người",
        "tuổi",
        "usd",
        "$",
        "đô",
        "đô la",
        "dollars",
        "mã lực",
        "hp",
        "ps",
        "kw",
        "years",
        "year",
        "months",
        "month",
        "days",
        "day",
        "doors",
        "door",
        "owners",
        "owner",
        "airbags",
        "gears",
        "cars",
        "km / h",
        "kwh",
        "xi lanh",
        "xy lanh",
        "máy lạnh",
        "w",
        "pounds",
        "inch",
        "inches",
        "kg",
        "tấn",
        "tạ",
        "mm",
        "cm",
    ];
    Lexicon::new(
        km.map(|word| (word, one(Unit::Km)))
            .into_iter()
            .chain(miles.map(|word| (word, (Unit::Km, KM_PER_MILE))))
            .chain(vnd.map(|word| (word, one(Unit::Vnd))))
            .chain(seats.map(|word| (word, one(Unit::Seats))))
            .chain(other.map(|word| (word, one(Unit::Other))))
            .chain(["cc", "cm3"].map(|word| (word, one(Unit::Cc))))
            .chain(
                ["l", "lít", "litre", "litres", "liter", "liters", "lit"]
                    .map(|word| (word, one(Unit::Litres))),
            ),
    )
});

pub(super) static HALF_MORE: LazyLock<Lexicon<()>> =
    LazyLock::new(|| Lexicon::new([("rưỡi", ()), ("rưởi", ()), ("ruỡi", ()), ("rưõi", ())]));

/// Whether the word at `index` counts or scales the number before it.
pub(crate) fn is_unit_word(text: &Text, index: usize) -> bool {
    let glued_scale = text.glued(index)
        && GLUED_SCALES
            .iter()
            .any(|(word, _)| *word == text.plain(index));
    SCALES.at(text, index).is_some() || UNITS.at(text, index).is_some() || glued_scale
}

/// The scale at `index`, behind a number of these digits (none where it is written in words).
pub(super) fn scale_at(text: &Text, index: usize, coefficient: &str) -> Option<(usize, Scale)> {
    if let Some((length, scale)) = SCALES.at(text, index) {
        // `xe 2019 cũ`, `2k19`: a year in digits has no scale, and the k of `2k19` is part of one.
        let year = coefficient.len() == 4 && coefficient.bytes().all(|b| b.is_ascii_digit());
        let year = year && !text.glued(index) && scale == Scale::Million;
        let short_year =
            text.plain(index) == "k" && text.glued(index + 1) && text.is_number(index + 1);
        return (!year && !short_year).then_some((length, scale));
    }
    if !text.glued(index) || coefficient.is_empty() {
        return None;
    }
    let (_, scale) = GLUED_SCALES
        .iter()
        .find(|(word, _)| *word == text.plain(index))?;
    let digits_follow = text.glued(index + 1) && text.is_number(index + 1);
    let whole = coefficient.bytes().all(|b| b.is_ascii_digit());
    let plausible = match text.plain(index) {
        // `2.7V` is a trim.
        "v" => whole && coefficient.len() <= 2,
        "t" => whole && coefficient.len() == 1 && digits_follow,
        "m" => !whole || coefficient.len() >= 2,
        "b" => !coefficient.starts_with('0') && coefficient.len() <= 4,
        _ => true,
    };
    plausible.then_some((1, *scale))
}
