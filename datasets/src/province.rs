//! Provinces and cities in addresses: `12 Lê Lợi, Quận 1, TP.HCM` lies in `TP Hồ Chí Minh`.
//!
//! Names are those that sites printed before the mergers of 2025, whose new provinces bear some of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text;

/// Longest name in words, `Bà Rịa - Vũng Tàu`.
const LONGEST: usize = 4;

/// What may stand behind the province.
const AFTER: &[&str] = &["viet", "nam", "vn", "vietnam", "moi"];

/// Canonical name and the keys of other names, of the cities whose province people leave out among them.
const PROVINCES: &[(&str, &[&str])] = &[
    (
        "TP Hồ Chí Minh",
        &[
            "hochiminh",
            "hcm",
            "tphcm",
            "hcmc",
            "saigon",
            "sg",
            "thuduc",
        ],
    ),
    ("Hà Nội", &["hn"]),
    ("Đà Nẵng", &[]),
    ("Hải Phòng", &[]),
    ("Cần Thơ", &[]),
    ("An Giang", &["longxuyen"]),
    ("Bà Rịa - Vũng Tàu", &["vungtau", "baria", "brvt"]),
    ("Bắc Giang", &[]),
    ("Bắc Kạn", &["baccan"]),
    ("Bạc Liêu", &[]),
    ("Bắc Ninh", &[]),
    ("Bến Tre", &[]),
    ("Bình Định", &["quynhon"]),
    ("Bình Dương", &["thudaumot", "dian"]),
    ("Bình Phước", &["dongxoai"]),
    ("Bình Thuận", &["phanthiet"]),
    ("Cà Mau", &[]),
    ("Cao Bằng", &[]),
    ("Đắk Lắk", &["daclac", "buonmathuot", "buonmethuot"]),
    ("Đắk Nông", &["dacnong"]),
    ("Điện Biên", &[]),
    ("Đồng Nai", &["bienhoa"]),
    ("Đồng Tháp", &[]),
    ("Gia Lai", &["pleiku"]),
    ("Hà Giang", &[]),
    ("Hà Nam", &[]),
    ("Hà Tĩnh", &[]),
    ("Hải Dương", &[]),
    ("Hậu Giang", &[]),
    ("Hòa Bình", &[]),
    ("Hưng Yên", &[]),
    ("Khánh Hòa", &["nhatrang"]),
    ("Kiên Giang", &["phuquoc", "rachgia"]),
    ("Kon Tum", &[]),
    ("Lai Châu", &[]),
    ("Lâm Đồng", &["dalat"]),
    ("Lạng Sơn", &[]),
    ("Lào Cai", &[]),
    ("Long An", &[]),
    ("Nam Định", &[]),
    ("Nghệ An", &["vinh"]),
    ("Ninh Bình", &[]),
    ("Ninh Thuận", &["phanrang"]),
    ("Phú Thọ", &["viettri"]),
    ("Phú Yên", &["tuyhoa"]),
    ("Quảng Bình", &["donghoi"]),
    ("Quảng Nam", &["tamky", "hoian"]),
    ("Quảng Ngãi", &[]),
    ("Quảng Ninh", &["halong"]),
    ("Quảng Trị", &[]),
    ("Sóc Trăng", &[]),
    ("Sơn La", &[]),
    ("Tây Ninh", &[]),
    ("Thái Bình", &[]),
    ("Thái Nguyên", &[]),
    ("Thanh Hóa", &[]),
    ("Thừa Thiên Huế", &["hue"]),
    ("Tiền Giang", &["mytho"]),
    ("Trà Vinh", &[]),
    ("Tuyên Quang", &[]),
    ("Vĩnh Long", &[]),
    ("Vĩnh Phúc", &["vinhyen"]),
    ("Yên Bái", &[]),
];

/// Every name's key, with the canonical name.
static KEYS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let all = |(name, others): &(&'static str, &[&'static str])| {
        let name: &'static str = name;
        let own = std::iter::once(text::key(name));
        let keys: Vec<_> = own
            .chain(others.iter().map(|key| (*key).to_owned()))
            .collect();
        keys.into_iter().map(move |key| (key, name))
    };
    PROVINCES.iter().flat_map(all).collect()
});

/// The province that an address ends with, or that is all of its first part; `None` if neither is a province.
///
/// A street may bear a province's name, so that a name in the middle says nothing.
pub fn of_address(address: &str) -> Option<&'static str> {
    let first = address.split([',', '-', '–']).next().unwrap_or_default();
    ending(address).or_else(|| whole(first))
}

/// The province that `printed` names and says nothing else (`Tp. Hồ Chí Minh`, `Tỉnh Đồng Nai`).
pub fn whole(printed: &str) -> Option<&'static str> {
    let tokens = text::tokens(printed);
    let names = match tokens.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tp" | "tinh", ..] => &tokens[1..],
        ["thanh", "pho", ..] => &tokens[2..],
        _ => &tokens[..],
    };
    named(names)
}

fn ending(address: &str) -> Option<&'static str> {
    let tokens = text::tokens(address);
    let mut end = tokens.len();
    loop {
        let found = (1..=LONGEST.min(end))
            .rev()
            .find_map(|words| named(&tokens[end - words..end]));
        if found.is_some() {
            return found;
        }
        if end == 0 || !AFTER.contains(&tokens[end - 1].as_str()) {
            return None;
        }
        end -= 1;
    }
}

fn named(words: &[String]) -> Option<&'static str> {
    KEYS.get(&words.concat()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_with_their_province() {
        for (address, want) in [
            ("1 Đường Số Một, Quận Một, Hà Nội", Some("Hà Nội")),
            ("TP HCM", Some("TP Hồ Chí Minh")),
            ("Quận 1, TP.HCM", Some("TP Hồ Chí Minh")),
            (
                "Phường Một, Quận Một, Tp Hồ Chí Minh",
                Some("TP Hồ Chí Minh"),
            ),
            ("QL 51, Bà Rịa - Vũng Tàu", Some("Bà Rịa - Vũng Tàu")),
            ("12 Lê Lợi, Huế", Some("Thừa Thiên Huế")),
            ("Đà Nẵng - Quận Hải Châu", Some("Đà Nẵng")),
            ("số 3, Biên Hòa, Đồng Nai, Việt Nam", Some("Đồng Nai")),
            ("HÀ NỘI.", Some("Hà Nội")),
            ("5 đường Hà Nội, phường 2", None),
            ("Số 5 Lê Lợi", None),
            ("", None),
            ("Việt Nam", None),
        ] {
            assert_eq!(of_address(address), want, "{address:?}");
        }
    }

    #[test]
    fn a_whole_name_is_nothing_else() {
        for (printed, want) in [
            ("Tp. Hồ Chí Minh", Some("TP Hồ Chí Minh")),
            ("Thành phố Đà Nẵng", Some("Đà Nẵng")),
            ("tỉnh đắk lắk", Some("Đắk Lắk")),
            ("Quận Một, Hà Nội", None),
            ("tp", None),
        ] {
            assert_eq!(whole(printed), want, "{printed:?}");
        }
    }

    #[test]
    fn names_are_those_of_their_keys_and_stand_for_one_province() {
        let mut keys = std::collections::BTreeSet::new();
        for (name, others) in PROVINCES {
            assert_eq!(whole(name), Some(*name));
            assert!(keys.insert(text::key(name)), "{name}");
            for other in *others {
                assert_eq!(text::key(other), *other, "{name}");
                assert!(keys.insert((*other).into()), "{other}");
            }
        }
        assert_eq!(PROVINCES.len(), 63);
    }
}
