//! Titles in the shapes that sites and sellers write, invented.

use crate::catalogue::{Catalogue, Shape};
use crate::listing::Listing;
use crate::vocabulary::Transmission;

/// Checks a table of cases whose columns its first line names.
fn check(shape: Shape, cases: &str) {
    let mut wrong = Vec::new();
    for case in cases.lines().skip(1) {
        let columns: Vec<&str> = case.split(" | ").collect();
        let [make, model, text, want] = columns[..] else {
            panic!("not four columns: {case}");
        };
        let found = Catalogue::embedded().find(text, Some(make), Some(model), shape);
        let got = format!(
            "{} / {} / {}",
            found.make.map_or("-", |make| &make.name),
            found.model.map_or("-", |model| &model.name),
            found.trim.as_deref().unwrap_or("-"),
        );
        if got != want {
            wrong.push(format!("{case}\n   got {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn version_strings() {
    check(Shape::Version, include_str!("version_strings.txt"));
}

#[test]
fn free_titles() {
    check(Shape::FreeText, include_str!("free_titles.txt"));
}

#[test]
fn engine_gearbox_and_year_are_read_beside_the_names() {
    let catalogue = Catalogue::embedded();
    for (text, litres, gearbox, year) in [
        (
            "E200 Exclusive 2.0 AT",
            Some(2.0),
            Some(Transmission::Automatic),
            None,
        ),
        (
            "NAVARA 2.5L 2017 số sàn",
            Some(2.5),
            Some(Transmission::Manual),
            Some(2017),
        ),
        (
            "Morning 1.25AT 2k15 giá 1.2 tỷ",
            Some(1.25),
            Some(Transmission::Automatic),
            Some(2015),
        ),
        ("Lux A2.0 2021", Some(2.0), None, Some(2021)),
        ("Kia Rondo GMT", None, Some(Transmission::Manual), None),
        ("giá 4.5 tỷ", None, None, None),
        ("Peugeot 2008 2021", None, None, Some(2021)),
    ] {
        let found = catalogue.find(text, None, None, Shape::FreeText);
        assert_eq!(found.engine_l, litres, "{text}");
        assert_eq!(found.transmission, gearbox, "{text}");
        assert_eq!(found.year, year, "{text}");
    }
}

fn listing(source: &str, make: &str, model: Option<&str>, title: &str) -> Listing {
    Listing {
        source: source.to_owned(),
        make: Some(make.to_owned()),
        model: model.map(str::to_owned),
        title: Some(title.to_owned()),
        ..Listing::default()
    }
}

fn resolved(mut listing: Listing) -> Listing {
    Catalogue::embedded().resolve(&mut listing);
    listing
}

#[test]
fn resolving_fills_what_is_missing_and_keeps_what_the_site_gave() {
    let mut given = listing("bonbanh", "toyota", Some("VIOS"), "Vios 1.5G AT");
    given.engine_l = Some(1.3);
    let car = resolved(given);
    assert_eq!(car.make.as_deref(), Some("Toyota"));
    assert_eq!(car.model.as_deref(), Some("Vios"));
    assert_eq!(car.trim.as_deref(), Some("1.5 g at"));
    assert_eq!(car.engine_l, Some(1.3));
    assert_eq!(car.transmission, Some(Transmission::Automatic));
    assert_eq!(car.title.as_deref(), Some("Vios 1.5G AT"));
    assert_eq!(car.raw.get("make").map(String::as_str), Some("toyota"));
    assert_eq!(
        resolved(car.clone()),
        car,
        "resolving twice changes nothing"
    );
}

#[test]
fn unknown_names_keep_their_text() {
    for (source, make, model, title, want) in [
        (
            "chotot",
            " Trabant ",
            Some("601"),
            "xe cổ",
            (Some("Trabant"), Some("601")),
        ),
        (
            "chotot",
            "Kia",
            Some("Dòng khác"),
            "cần bán gấp",
            (Some("Kia"), None),
        ),
        (
            "chotot",
            "Hãng khác",
            Some("Dòng khác"),
            "bán xe",
            (None, None),
        ),
        (
            "chotot",
            "mazda",
            Some("cx"),
            "bán xe",
            (Some("Mazda"), Some("cx")),
        ),
        (
            "bonbanh",
            "Kia",
            None,
            "Zorba 2.0 AT",
            (Some("Kia"), Some("Zorba")),
        ),
    ] {
        let car = resolved(listing(source, make, model, title));
        assert_eq!(
            (car.make.as_deref(), car.model.as_deref()),
            want,
            "{make} {title}"
        );
    }
}

#[test]
fn a_trim_that_is_given_is_read_as_a_version() {
    let car = resolved(Listing {
        make: Some("mazda".to_owned()),
        model: Some("mazda 3".to_owned()),
        trim: Some("1.5L Luxury số tự động".to_owned()),
        ..Listing::default()
    });
    assert_eq!(car.model.as_deref(), Some("3"));
    assert_eq!(car.trim.as_deref(), Some("1.5 luxury at"));
    assert_eq!(car.engine_l, Some(1.5));
    assert_eq!(car.transmission, Some(Transmission::Automatic));
}
