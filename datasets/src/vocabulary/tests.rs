//! Every text that the sites print, and what it names.

use super::*;

#[test]
fn words_of_either_language_name_a_gearbox() {
    for (text, want) in [
        ("AT", Some(Transmission::Automatic)),
        ("Số tự động", Some(Transmission::Automatic)),
        ("so san", Some(Transmission::Manual)),
        ("Số tay", Some(Transmission::Manual)),
        ("Bán tự động", Some(Transmission::SemiAutomatic)),
        ("Semi-Auto", Some(Transmission::SemiAutomatic)),
        ("-", None),
        ("", None),
    ] {
        assert_eq!(Transmission::parse(text), want, "{text}");
    }
}

fn check<T: Copy + PartialEq + std::fmt::Debug>(
    parse: fn(&str) -> Option<T>,
    cases: &[(&str, Option<T>)],
) {
    for (text, want) in cases {
        assert_eq!(parse(text), *want, "{text:?}");
        assert_eq!(parse(&text::fold(text)), *want, "{text:?}, folded");
    }
}

#[test]
fn phrases_are_folded_and_members_keep_their_names() {
    fn check<T: Copy + PartialEq + std::fmt::Debug>(
        phrases: &[(&str, T)],
        all: &[T],
        name: fn(T) -> &'static str,
        from_name: fn(&str) -> Option<T>,
    ) {
        for (phrase, _) in phrases {
            assert_eq!(
                text::tokens(phrase).join(" "),
                phrase.replace('_', " "),
                "{phrase:?}"
            );
        }
        for member in all {
            assert_eq!(from_name(name(*member)), Some(*member));
            assert_eq!(longest_phrase(name(*member), phrases), Some(*member));
        }
    }
    check(
        Transmission::PHRASES,
        Transmission::ALL,
        Transmission::as_str,
        Transmission::from_name,
    );
    check(Fuel::PHRASES, Fuel::ALL, Fuel::as_str, Fuel::from_name);
    check(Body::PHRASES, Body::ALL, Body::as_str, Body::from_name);
    check(
        Drivetrain::PHRASES,
        Drivetrain::ALL,
        Drivetrain::as_str,
        Drivetrain::from_name,
    );
    check(
        Origin::PHRASES,
        Origin::ALL,
        Origin::as_str,
        Origin::from_name,
    );
    check(
        Condition::PHRASES,
        Condition::ALL,
        Condition::as_str,
        Condition::from_name,
    );
    check(
        SellerKind::PHRASES,
        SellerKind::ALL,
        SellerKind::as_str,
        SellerKind::from_name,
    );
}

#[test]
fn site_texts_map_to_members() {
    use Drivetrain::{Awd, FourWd, Fwd, Rwd};
    use Origin::{Domestic, Imported};
    use Transmission::{Automatic, Manual, SemiAutomatic};
    check(
        Transmission::parse,
        &[
            ("Số tự động", Some(Automatic)),
            ("Số tay", Some(Manual)),
            ("Số hỗn hợp", Some(SemiAutomatic)),
            ("Tự động", Some(Automatic)),
            ("Số sàn", Some(Manual)),
            ("Bán tự động", Some(SemiAutomatic)),
            ("auto", Some(Automatic)),
            ("semi", Some(SemiAutomatic)),
            ("Semi-Auto", Some(SemiAutomatic)),
            ("Số tự động 8 cấp", Some(Automatic)),
            ("5", None),
            ("Other", None),
        ],
    );
    check(
        Fuel::parse,
        &[
            ("Xăng  1.5 L", Some(Fuel::Petrol)),
            ("Dầu  2.2 L", Some(Fuel::Diesel)),
            ("Hybrid  2.5 L", Some(Fuel::Hybrid)),
            ("Điện  0.2 L", Some(Fuel::Electric)),
            ("Động cơ Hybrid", Some(Fuel::Hybrid)),
            ("Hybrid Electric", Some(Fuel::Hybrid)),
            ("Máy dầu Hybrid", Some(Fuel::Hybrid)),
            ("Xăng lai điện", Some(Fuel::Hybrid)),
            ("Other", Some(Fuel::Other)),
            ("-", None),
        ],
    );
    check(
        Body::parse,
        &[
            ("SUV / Cross over", Some(Body::Suv)),
            ("Minivan (MPV)", Some(Body::Mpv)),
            ("Van/Minivan", Some(Body::Mpv)),
            ("Van", Some(Body::Van)),
            ("Pick-up (bán tải)", Some(Body::Pickup)),
            ("Bán tải / Pickup", Some(Body::Pickup)),
            ("pick-up truck", Some(Body::Pickup)),
            ("Truck", Some(Body::Truck)),
            ("Coupe (2 cửa)", Some(Body::Coupe)),
            ("sport car", Some(Body::Coupe)),
            ("Convertible/Cabriolet", Some(Body::Convertible)),
            ("Mui trần", Some(Body::Convertible)),
            ("cuv", Some(Body::Crossover)),
            ("Crossover", Some(Body::Crossover)),
            ("city car", Some(Body::Hatchback)),
            ("Kiểu dáng khác", None),
        ],
    );
    check(
        Drivetrain::parse,
        &[
            ("FWD - Dẫn động cầu trước", Some(Fwd)),
            ("RFD - Dẫn động cầu sau", Some(Rwd)),
            ("AWD - 4 bánh toàn thời gian", Some(Awd)),
            ("4WD - Dẫn động 4 bánh", Some(FourWd)),
            ("-", None),
        ],
    );
    check(
        Origin::parse,
        &[
            ("Lắp ráp trong nước", Some(Domestic)),
            ("Việt Nam", Some(Domestic)),
            ("Nhập khẩu", Some(Imported)),
            ("Thái Lan", Some(Imported)),
            ("Mỹ", Some(Imported)),
            ("Nước khác", Some(Imported)),
            ("Đang cập nhật", None),
        ],
    );
    check(
        Condition::parse,
        &[
            ("Xe đã dùng", Some(Condition::Used)),
            ("Đã sử dụng", Some(Condition::Used)),
            ("Xe mới", Some(Condition::New)),
            ("Mới", Some(Condition::New)),
        ],
    );
}
