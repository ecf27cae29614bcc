//! Names in sentences.

use super::*;
use crate::message::Message;

fn read(message: &str, known: Known<'_>) -> String {
    Message::read(message)
        .facts_beside(known)
        .cars
        .iter()
        .map(|car| {
            let make = car.make.map_or("-", |make| make.name.as_str());
            format!(
                "{make}/{}",
                car.model.map_or("-", |model| model.name.as_str())
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn names_are_found_in_sentences() {
    for (text, want) in [
        ("định giá con vios 2019", "Toyota/Vios"),
        ("xe mazda 3 2018", "Mazda/3"),
        ("Mazda 3 vạn km", "Mazda/-"),
        ("cx 5 2.5 signature", "Mazda/CX-5"),
        ("Mẹc E200 Exclusive", "Mercedes-Benz/E-Class"),
        ("vf8 plus", "VinFast/VF 8"),
        ("Lux SA2.0 2021", "VinFast/Lux SA2.0"),
        ("Peugeot 2008 đời 2021", "Peugeot/2008"),
        ("xe đời 2008", ""),
        (
            "Land Rover Range Rover Evoque 2014",
            "Land Rover/Range Rover Evoque",
        ),
        ("Santafe 2019", "Hyundai/Santa Fe"),
        ("Xpandr 2021 giá sao", "Mitsubishi/Xpander"),
        ("xe Toyotta", "Toyota/-"),
        ("Mini Cooper 2015", "Mini/Cooper"),
        ("vios và city xe nào tốt hơn", "Toyota/Vios Honda/City"),
        ("Tucson hay CX-5", "Hyundai/Tucson Mazda/CX-5"),
    ] {
        assert_eq!(read(text, Known::default()), want, "{text}");
    }
}

#[test]
fn ordinary_words_are_no_cars() {
    for text in [
        "good morning, can I ask something",
        "click vào đâu để đăng tin",
        "I live in the city and want to sell my car",
        "is this one still for sale",
        "phat nguoi la gi",
        "hôm kia tôi đã gửi tin nhắn",
        "what is the accent colour of the page",
        "how do I get my money back",
        "can I sign up with Google",
        "xe bên kia đường",
        "a spark plug costs how much",
        "the president signed it",
        "có mất phí không",
        "xem lại tin tôi đã đăng",
        "so na ná nhau",
    ] {
        assert_eq!(read(text, Known::default()), "", "{text}");
    }
}

#[test]
fn ordinary_words_are_cars_beside_what_speaks_of_one() {
    for (text, want) in [
        ("con city 2017 bản CVT", "Honda/City"),
        ("bán morning 2015", "Kia/Morning"),
        ("my Swift 2019 automatic", "Suzuki/Swift"),
        ("Hyundai Accent 2020", "Hyundai/Accent"),
        ("Ford Territory 2023", "Ford/Territory"),
        ("xe BYD Seal 2024", "BYD/Seal"),
        ("how much is my ranger worth", "Ford/Ranger"),
        ("xe kia di 7 van", "Kia/-"),
    ] {
        assert_eq!(read(text, Known::default()), want, "{text}");
    }
}

#[test]
fn answers_are_read_by_what_was_asked() {
    let asked = Known {
        make: Some("Mazda"),
        asked: true,
    };
    assert_eq!(read("3", asked), "Mazda/3");
    assert_eq!(
        read(
            "city nhé",
            Known {
                make: None,
                asked: true
            }
        ),
        "Honda/City"
    );
    assert_eq!(read("3", Known::default()), "");
}
