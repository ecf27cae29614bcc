//! Prices, kilometres and phone numbers in the forms that sites and sellers print.

use super::Draw;

/// An amount of whole million đồng as bonbanh prints it.
pub fn price_bonbanh(million: u64) -> String {
    match (million / 1000, million % 1000) {
        (0, millions) => format!("{millions} Triệu"),
        (billions, 0) => format!("{billions} Tỷ"),
        (billions, millions) => format!("{billions} Tỷ {millions} Triệu"),
    }
}

/// An amount as oto and its sellers print it: padded, with a decimal point, cut short, in đồng.
pub fn price_oto(draw: &mut Draw, million: u64) -> String {
    let (billions, millions) = (million / 1000, million % 1000);
    let billion = draw.pick(&["tỷ", "tỉ"]);
    if million.is_multiple_of(10) && billions > 0 && draw.chance(20) {
        return format!("{}.{:02} {billion}", billions, millions / 10);
    }
    match (billions, millions) {
        (0, millions) => match draw.below(4) {
            0 => format!("{millions} tr."),
            1 => format!("{millions}.000.000 đ"),
            _ => format!("{millions} triệu"),
        },
        (billions, 0) => format!("{billions} {billion}"),
        (billions, millions) => format!("{billions} {billion} {millions:03} triệu"),
    }
}

/// Whole đồng in groups of three.
pub fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// Ways to say that there is no price.
pub const NO_PRICE: &[&str] = &["Thỏa thuận", "Thoả thuận", "Liên hệ"];

/// A mobile number, ten digits.
pub fn phone(draw: &mut Draw) -> String {
    let head = draw.pick(&["090", "091", "098", "086", "033", "037", "070", "058"]);
    let tail = 1_000_000 + draw.below(8_999_999);
    format!("{head}{tail}")
}

/// A number as sellers write it.
pub fn dialled(draw: &mut Draw, phone: &str) -> String {
    let (a, b, c) = (&phone[..4], &phone[4..7], &phone[7..]);
    match draw.below(7) {
        0 => phone.to_owned(),
        1 => format!("{a} {b} {c}"),
        2 => format!("{a}.{b}.{c}"),
        3 => format!("{a}-{b}-{c}"),
        4 => format!("+84{}", &phone[1..]),
        5 => format!("+84 {} {b} {c}", &a[1..]),
        _ => format!("{} {} {}", &phone[..3], &phone[3..6], &phone[6..]),
    }
}
