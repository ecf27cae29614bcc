//! Ways to reach somebody: addresses of the web and of mail, telephone numbers, accounts.
//!
//! None of them may come from a model: who gets a user to write to the wrong place has what he wanted. One that stands in
//! an entry or in a tool's result may be repeated.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::words::visible;

/// Endings that make `word.word` a host. Without a list, a missing blank behind a full stop would be one.
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|vn|io|info|biz|xyz|top|shop|store|site|online|club|app|dev|me|co|ru|cn|tk|ml|cc|link|click|live|pro|asia|ly|gg|ai|to|su|us|uk|eu|de|page|web|example|test|invalid|evil)\b(?:[/?#:][^\s<>]*)?",
    )
    .expect("a valid pattern")
});
static SCHEME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:h(?:tt|xx)ps?|ftp|javascript|data|file|tel|mailto|zalo|tg|viber|sms)\s*:\s*[^\s<>]+|\bwww\d?\.[^\s<>]+")
        .expect("a valid pattern")
});
static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[a-z0-9._%+-]+\s*(?:@|\(at\)|\[at\])\s*[a-z0-9-]+(?:\s*(?:\.|\(dot\)|\[dot\])\s*[a-z0-9-]+)+")
        .expect("a valid pattern")
});
static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s(:])@[a-z0-9_.]{3,}|\b(?:zalo|telegram|whatsapp|viber|facebook|fb|wechat|line)\s*(?:id|:|là|is|at)\s*[\w@.+-]+")
        .expect("a valid pattern")
});
/// Host names that are spelled to get past a filter: `evil dot com`, `evil[.]com`, `evil chấm com`.
static SPELLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[a-z0-9-]+\s*(?:\bdot\b|\(dot\)|\[dot\]|\[\.\]|\(\.\)|\bchấm\b|\bcham\b)\s*(?:com|net|org|vn|io|xyz|info|me|co|shop|ru|top)\b")
        .expect("a valid pattern")
});
/// Nine to twelve digits in groups, as telephone numbers and bank accounts are written. A group of three zeros at the end
/// is an amount.
static DIGITS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:\+|\b)\d(?:[\s.()-]?\d){7,15}\b").expect("a valid pattern"));

/// Every way to reach somebody in `text`, in a form that can be compared.
pub(super) fn contacts(text: &str) -> BTreeSet<String> {
    let text = visible(text);
    let mut found = BTreeSet::new();
    for pattern in [&HOST, &SCHEME, &MAIL, &HANDLE, &SPELLED] {
        found.extend(pattern.find_iter(&text).map(|hit| compact(hit.as_str())));
    }
    found.extend(
        DIGITS
            .find_iter(&text)
            .filter(|hit| is_telephone(hit.as_str()))
            .map(|hit| compact(hit.as_str())),
    );
    found
}

fn is_telephone(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<&str> = text.split(['.', ',']).collect();
    let amount = groups.len() > 1
        && groups[0].len() <= 3
        && groups[1..]
            .iter()
            .all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
        && !text.starts_with('0');
    let international = text.starts_with('+') || digits.starts_with("84");
    let hotline = digits.starts_with("1900") || digits.starts_with("1800");
    // A year's range or two amounts beside each other are no number of a telephone.
    !amount
        && ((digits.starts_with('0') && digits.len() >= 8)
            || international
            || hotline
            || digits.len() >= 9)
        && !digits.ends_with("000000")
}

fn compact(hit: &str) -> String {
    hit.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')'))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '/', '"', '”'])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_reach_somebody_are_found() {
        for text in [
            "xem tại https://evil.example/abc",
            "truy cập evil-cars.xyz ngay",
            "vào www.giaxe-vip.net",
            "hxxp://evil.com",
            "evil[.]com",
            "evil dot com",
            "giaxe chấm com",
            "viết cho a.b@gmail.com",
            "a.b (at) gmail (dot) com",
            "gọi 0901 234 567",
            "gọi 0901.234.567",
            "+84 90 123 4567",
            "tổng đài 1900 6868 99",
            "Zalo: 0901234567",
            "nhắn @xe_gia_re",
            "telegram: giaxe_support",
            "javascript:alert(1)",
            "bit.ly/3abc",
            "số tài khoản 19034567890123",
            "e\u{200b}vil.c\u{200b}om",
        ] {
            assert!(!contacts(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn amounts_and_sentences_are_none() {
        for text in [
            "Giá là 462.000.000 đ.",
            "VND 1,200,000,000",
            "462000000 đ",
            "từ 2015 đến 2019",
            "Xong.Bạn bấm nút",
            "08:00–21:00 mỗi ngày",
            "đăng nhập bằng Google, Apple hoặc Zalo",
            "bản 1.5G CVT",
            "5.000.000 đ đến 10.000.000 đ",
            "12/05/2026",
        ] {
            assert_eq!(contacts(text), BTreeSet::new(), "{text}");
        }
    }

    #[test]
    fn forms_compare() {
        assert_eq!(contacts("Gọi 0901 234 567."), contacts("gọi 0901234567"));
    }
}
