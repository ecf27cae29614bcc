//! Numbers that are phones', and those that are not.

use std::time::{Duration, Instant};

use unicode_normalization::UnicodeNormalization;

use super::*;

#[test]
fn phone_numbers_in_every_form_go() {
    for (text, want) in [
        ("0900000001", "☎"),
        ("0900 000 001", "☎"),
        ("0900.000.001", "☎"),
        ("0900-000-001", "☎"),
        ("09 00 00 00 01", "☎"),
        ("0 9 0 0 0 0 0 0 0 1", "☎"),
        ("(090) 000 0001", "(☎"),
        ("+84900000001", "☎"),
        ("+84 900 000 001", "☎"),
        ("(+84) 900.000.001", "☎"),
        ("84900000123", "☎"),
        ("84 900 000 123", "☎"),
        ("0084 900 000 001", "☎"),
        ("01234567890", "☎"),
        ("024 3826 1234", "☎"),
        ("028.3822.1234", "☎"),
        ("O9OO ooo oo1", "☎"),
        ("０９００ ０００ ００１", "☎"),
        ("LH0900000001", "LH☎"),
        ("ĐT: 0900 000 002 - 0900 000 003", "ĐT: ☎ - ☎"),
        ("0900000002/0900000003", "☎/☎"),
        ("0900.000.002.0900.000.003", "☎.☎"),
        ("đời 2015 0912 345 678", "đời 2015 ☎"),
        ("giá 500.000.000 0912345678", "giá 500.000.000 ☎"),
        ("0912 345 678 2 chủ", "☎ 2 chủ"),
        ("hotline 1900 6068", "hotline ☎"),
        ("Liên hệ: 19006068.", "Liên hệ: ☎."),
        ("zalo 912345678", "zalo ☎"),
        ("0900 0** ***", "☎"),
        ("09000*****", "☎"),
        ("tel:0900000001", "tel:☎"),
        ("+1 202 555 0123", "☎"),
    ] {
        assert_eq!(scrub(text), want, "{text:?}");
        assert!(holds(text), "{text:?}");
        assert_eq!(scrub(want), want, "{want:?}");
    }
}

#[test]
fn numbers_in_words_go() {
    for (text, want) in [
        (
            "gọi không chín một hai ba bốn năm sáu bảy tám nhé",
            "gọi ☎ nhé",
        ),
        ("Khong chin mot hai ba bon nam sau bay tam", "☎"),
        ("không chín, một hai ba, bốn năm sáu, bảy tám", "☎"),
        ("zero nine one two three four five six seven eight", "☎"),
        ("không chín một hai 345 678", "☎"),
        ("09 một hai ba bốn năm sáu bảy tám", "☎"),
        ("tám bốn chín một hai ba bốn năm sáu bảy tám", "☎"),
        ("zalo một hai ba bốn năm sáu bảy", "zalo ☎"),
        ("được không 0912345678", "được không ☎"),
        ("0912345678 năm 2019", "☎ năm 2019"),
    ] {
        assert_eq!(scrub(text), want, "{text:?}");
        let decomposed: String = text.nfd().collect();
        assert_eq!(
            scrub(&decomposed),
            want.nfd().collect::<String>(),
            "{text:?}"
        );
    }
}

#[test]
fn words_that_are_digits_stay_in_sentences() {
    for text in [
        "đời hai không một chín, xe không lỗi, năm chỗ",
        "có xe nào ba bốn trăm triệu không, năm 2015 2016 2017 2018",
        "xe này đi bảy tám vạn có sao không 912 345 678 đồng",
        "không một hai ba người hỏi, bốn năm sáu chiếc đã bán",
        "one two three cars, four or five seats, six or seven years",
        "giá không 1 2 3 4 5 6 7 8 9",
    ] {
        assert_eq!(scrub(text), text);
    }
}

#[test]
fn long_texts_take_time_by_their_length() {
    for piece in [
        "0 ",
        "000 ",
        "0912345678 ",
        "0190 1 0** *01901 0** **",
        "(((((",
        "không ",
        "lh   ",
        "000    ",
    ] {
        let text = piece.repeat(80_000 / piece.len());
        let start = Instant::now();
        let _clean = scrub(&text);
        // Time that grew with the square of the length would be seconds.
        let took = start.elapsed();
        assert!(took < Duration::from_secs(1), "{piece:?}: {took:?}");
    }
}

#[test]
fn prices_kilometres_dates_and_identities_stay() {
    for text in [
        "1 tỉ 057 triệu",
        "1.057.000.000 đ",
        "1.057.000.000 5 chỗ",
        "278.000.000 đ",
        "435000000",
        "2229000000",
        "84.500.000.000 đ",
        "84500000000",
        "84,500,000,000",
        "090.000 km",
        "1,234,567 Km",
        "Số Km đã đi 031.000",
        "03.05.2021 30.000 km",
        "03-05-2021 09:30",
        "12/05/2026. Đã xem 321 lượt",
        "01.02.2019 1234567",
        "Mã: 9000001",
        "Mã tin: 29000001",
        "139000001",
        "1789115863530",
        "2019 2.0 AT 7 chỗ",
        "51F-012.34 2019",
        "Trang 1 / 1,234",
        "Máy 1800 đời 1998",
        "Liên hệ 435.000.000",
        "gọi 500 triệu",
        "0 km",
        "",
        "tốt 0 lỗi 000000",
    ] {
        assert_eq!(scrub(text), text);
        assert!(!holds(text), "{text:?}");
    }
}

#[test]
fn addresses_lose_phones_and_keep_identities() {
    for (url, want) in [
        (
            "https://bonbanh.com/xe-toyota-vios-1.5g-2019-9000001",
            "https://bonbanh.com/xe-toyota-vios-1.5g-2019-9000001",
        ),
        ("/xe-mazda-3-2-0-2019-900001", "/xe-mazda-3-2-0-2019-900001"),
        (
            "/xe-lh-0912345678-aidxc29000001",
            "/xe-lh-phone-aidxc29000001",
        ),
        (
            "/xe-0912-345-678-aid1xc22000001",
            "/xe-phone-aid1xc22000001",
        ),
        (
            "https://img1.oto.com.vn/crop/640x480/2026/05/01/20260501000000-0001.webp",
            "https://img1.oto.com.vn/crop/640x480/2026/05/01/20260501000000-0001.webp",
        ),
        (
            "/car/9000001/l_1700000001.100.jpg",
            "/car/9000001/l_1700000001.100.jpg",
        ),
    ] {
        assert_eq!(scrub_url(url), want);
    }
}

#[test]
fn nothing_is_left_to_scrub_in_what_was_scrubbed() {
    for text in [
        "0190 1 0** *01901 0** **",
        "0912345678 0 912345678",
        "lh 1900 6068 6068 0912345678",
    ] {
        let clean = scrub(text).into_owned();
        assert!(!holds(&clean), "{text:?}: {clean:?}");
    }
}
