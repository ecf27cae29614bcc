//! The words of numbers in both languages. Vietnamese ones are matched as written, for without diacritics `tư` is `từ`
//! and `năm` a man's name; the plain forms that are listed mean nothing else beside a number.

use super::Kind;

/// Value of a word below ten times ten, and whether it may stand alone (`lăm` only follows `mươi`).
pub(super) fn small(word: &str) -> Option<(f64, bool)> {
    let value = match word {
        "zero" => 0.0,
        "một" | "one" => 1.0,
        "hai" | "two" => 2.0,
        "ba" | "three" => 3.0,
        "bốn" | "bon" | "four" => 4.0,
        "năm" | "five" => 5.0,
        "sáu" | "six" => 6.0,
        "bảy" | "bẩy" | "seven" => 7.0,
        "tám" | "eight" => 8.0,
        "chín" | "nine" => 9.0,
        "mười" | "muoi" | "ten" => 10.0,
        "eleven" => 11.0,
        "twelve" => 12.0,
        "thirteen" => 13.0,
        "fourteen" => 14.0,
        "fifteen" => 15.0,
        "sixteen" => 16.0,
        "seventeen" => 17.0,
        "eighteen" => 18.0,
        "nineteen" => 19.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        "fifty" => 50.0,
        "sixty" => 60.0,
        "seventy" => 70.0,
        "eighty" => 80.0,
        "ninety" => 90.0,
        "mốt" => return Some((1.0, false)),
        "tư" => return Some((4.0, false)),
        "lăm" => return Some((5.0, false)),
        _ => return None,
    };
    Some((value, true))
}

/// A multiplier that makes an amount, and whether it is money without saying so.
pub(super) fn scale(word: &str) -> Option<(f64, bool)> {
    Some(match word {
        "nghìn" | "ngàn" | "nghin" | "ngan" | "k" | "thousand" => (1e3, false),
        "vạn" | "van" | "v" => (1e4, false),
        "triệu" | "trieu" | "tr" | "củ" => (1e6, true),
        "million" | "mil" | "mio" => (1e6, false),
        "tỷ" | "tỉ" | "ty" | "ti" => (1e9, true),
        "billion" | "bn" => (1e9, false),
        _ => return None,
    })
}

/// Whether `word` multiplies what stands before it below a thousand, and by what.
pub(super) fn tens_or_hundreds(word: &str) -> Option<f64> {
    match word {
        "mươi" | "chục" | "chuc" => Some(10.0),
        "trăm" | "tram" | "hundred" => Some(100.0),
        "dozen" | "tá" => Some(12.0),
        _ => None,
    }
}

/// Currency of a word.
pub(super) fn currency(word: &str) -> Option<Kind> {
    match word {
        "đ" | "₫" | "đồng" | "dong" | "vnd" | "vnđ" => Some(Kind::Dong),
        "$" | "usd" | "€" | "eur" | "euro" | "euros" | "đô" | "dollar" | "dollars" | "£"
        | "gbp" => Some(Kind::Foreign),
        _ => None,
    }
}

/// Unit of a word: its kind, and how many of the kind's unit it is.
pub(super) fn unit(word: &str) -> Option<(Kind, f64)> {
    if let Some(kind) = currency(word) {
        return Some((kind, 1.0));
    }
    Some(match word {
        "%" | "percent" | "pct" => (Kind::Percent, 1.0),
        "phút" | "phut" | "minute" | "minutes" | "mins" => (Kind::Hours, 1.0 / 60.0),
        "giờ" | "gio" | "tiếng" | "tieng" | "hour" | "hours" | "hrs" | "h" => {
            (Kind::Hours, 1.0)
        }
        "ngày" | "ngay" | "hôm" | "day" | "days" => (Kind::Hours, 24.0),
        "tuần" | "tuan" | "week" | "weeks" => (Kind::Hours, 168.0),
        "tháng" | "thang" | "month" | "months" => (Kind::Months, 1.0),
        "năm" | "nam" | "year" | "years" | "yr" | "yrs" => (Kind::Months, 12.0),
        "tuổi" | "tuoi" => (Kind::Age, 12.0),
        "km" | "kilomet" | "kilômét" | "kilometre" | "kilometres" | "kilometer" | "kilometers"
        | "cây" => (Kind::Kilometres, 1.0),
        "mile" | "miles" | "dặm" => (Kind::Miles, 1.0),
        "l" | "lít" | "lit" | "litre" | "litres" | "liter" | "liters" => (Kind::Litres, 1.0),
        "cc" => (Kind::Litres, 0.001),
        _ => return None,
    })
}

/// Whether a word joins the two ends of a range, or the items of a list.
pub(super) fn joins(word: &str) -> bool {
    matches!(
        word,
        "-" | "–"
            | "—"
            | "−"
            | "~"
            | "/"
            | ","
            | "đến"
            | "den"
            | "tới"
            | "to"
            | "or"
            | "hoặc"
            | "hay"
            | "and"
            | "và"
            | "&"
    )
}

/// Whether a number behind this word is a label: a step, an item, an ordinal.
pub(super) fn labels(word: &str) -> bool {
    matches!(
        word,
        "bước" | "buoc" | "step" | "thứ" | "thu" | "#" | "lần" | "mục"
    )
}
