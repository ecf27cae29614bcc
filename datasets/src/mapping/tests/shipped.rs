//! The built-in mappings on rows of our own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::Money;
use crate::vocabulary::{Body, Condition, Currency, Drivetrain, Fuel, Origin, Transmission};

#[test]
fn a_bonbanh_row_becomes_a_listing() {
    let mut mapping = Mapping::load("bonbanh-raw").unwrap();
    mapping.set("listed_on", "2023-11").unwrap();
    let mapped = apply(
        &mapping,
        BONBANH,
        &[&[
            "Xe Kia  Seltos 1.4 AT",
            "2021",
            "Xe đã dùng",
            "30,000 Km",
            "Lắp ráp trong nước",
            "SUV",
            "Số tự động",
            "Xăng  1.4 L",
            "Trắng",
            "-",
            "FWD - Dẫn động cầu trước",
            "5 chỗ",
            "1 Tỷ 250 Triệu",
        ]],
    );
    assert_eq!(mapped.issues, []);
    let listing = &mapped.listings[0];
    assert_eq!(listing.source, "bonbanh");
    assert_eq!(listing.id.len(), 16);
    assert_eq!(
        listing.listed_on,
        chrono::NaiveDate::from_ymd_opt(2023, 11, 15)
    );
    assert_eq!(listing.title.as_deref(), Some("Xe Kia Seltos 1.4 AT"));
    assert_eq!((listing.year, listing.seats), (Some(2021), Some(5)));
    assert_eq!(
        (listing.mileage_km, listing.engine_l),
        (Some(30_000.0), Some(1.4))
    );
    assert_eq!(listing.transmission, Some(Transmission::Automatic));
    assert_eq!(
        (listing.fuel, listing.body),
        (Some(Fuel::Petrol), Some(Body::Suv))
    );
    assert_eq!(
        (listing.drivetrain, listing.origin),
        (Some(Drivetrain::Fwd), Some(Origin::Domestic))
    );
    assert_eq!(listing.condition, Some(Condition::Used));
    assert_eq!(
        (listing.color_exterior.as_deref(), &listing.color_interior),
        (Some("Trắng"), &None)
    );
    assert_eq!(listing.price, Some(Money::vnd(1.25e9)));
    assert_eq!(listing.raw["price"], "1 Tỷ 250 Triệu");
    assert_eq!(listing.raw["engine"], "Xăng  1.4 L");
}

#[test]
fn unreadable_values_are_issues_and_the_row_stays() {
    let mapping = Mapping::load("chotot-raw").unwrap();
    let names = &[
        "Tiêu đề",
        "Hãng",
        "Dòng xe",
        "Năm sản xuất",
        "Số km đã đi",
        "Hộp số",
        "Số chỗ",
        "Kiểu dáng",
        "Giá xe",
    ];
    let mapped = apply(
        &mapping,
        names,
        &[
            &[
                "bán xe",
                "Hãng khác",
                "Dòng khác",
                "trước năm 1980",
                "",
                "5",
                "Khác",
                "Kiểu dáng khác",
                "rẻ",
            ],
            &[
                "bán xe",
                "Kia",
                "Morning",
                "2019",
                "98.000",
                "Số sàn",
                "5",
                "Hatchback",
                "460.000.000 đ",
            ],
        ],
    );
    assert_eq!(mapped.listings.len(), 2);
    let fields: Vec<_> = mapped
        .issues
        .iter()
        .map(|issue| (issue.row, issue.field))
        .collect();
    assert_eq!(fields, [(1, "price"), (1, "transmission"), (1, "year")]);
    assert_eq!(mapped.issues[0].value, "rẻ");
    assert_eq!(mapped.issue_counts().len(), 3);
    let (bad, good) = (&mapped.listings[0], &mapped.listings[1]);
    assert_eq!(
        (&bad.make, &bad.model, bad.year, bad.price, bad.seats),
        (&None, &None, None, None, None)
    );
    assert_eq!(bad.raw["year"], "trước năm 1980");
    assert_eq!(good.mileage_km, Some(98_000.0));
    assert_eq!(good.price, Some(Money::vnd(460e6)));
}

#[test]
fn pounds_miles_and_gallons() {
    let mapping = Mapping::load("uk-listings").unwrap();
    let names = [
        "make",
        "model",
        "year",
        "price",
        "transmission",
        "mileage",
        "fuelType",
        "tax",
        "mpg",
        "engineSize",
    ];
    let mut cells = table(
        &names,
        &[&[
            "ford",
            "Focus",
            "2017",
            "£12,500",
            "Semi-Auto",
            "10000",
            "Petrol",
            "150",
            "55.4",
            "1.5",
        ]],
    );
    let number = |value| Some(RawValue::Number(value));
    cells.push_row([
        Some(RawValue::Text("ford".into())),
        Some(RawValue::Text("Focus".into())),
        number(2017.0),
        number(12_500.0),
        Some(RawValue::Text("Other".into())),
        number(10_000.0),
        None,
        number(150.0),
        number(0.3),
        number(0.0),
    ]);
    let mapped = mapping.apply(&cells).unwrap();
    for listing in &mapped.listings {
        assert_eq!(
            listing.price,
            Some(Money {
                amount: 12_500.0,
                currency: Currency::Gbp
            })
        );
        assert_eq!((listing.price_vnd(), listing.year), (None, Some(2017)));
        assert_eq!(listing.mileage_km, Some(16_093.44));
        assert_eq!(listing.road_tax_per_year, Some(150.0));
    }
    let first = &mapped.listings[0];
    assert!((first.consumption_l_per_100km.unwrap() - 5.0989).abs() < 1e-4);
    assert_eq!(
        (first.engine_l, first.transmission),
        (Some(1.5), Some(Transmission::SemiAutomatic))
    );
    let second = &mapped.listings[1];
    assert_eq!((second.engine_l, second.transmission), (None, None));
    let fields: Vec<_> = mapped
        .issues
        .iter()
        .map(|issue| (issue.row, issue.field))
        .collect();
    assert_eq!(fields, [(2, "consumption_l_per_100km")]);
}

#[test]
fn our_own_columns_come_back() {
    let mapping = Mapping::load("giaxe").unwrap();
    let names = &[
        "make",
        "model",
        "year",
        "mileage_km",
        "price",
        "currency",
        "source",
        "id",
        "price_raw",
        "seller_kind",
    ];
    let mapped = apply(
        &mapping,
        names,
        &[
            &[
                "Kia",
                "Morning",
                "2019",
                "98.5",
                "460000000",
                "",
                "",
                "x1",
                "460 Triệu",
                "dealer",
            ],
            &[
                "Ford", "Focus", "2019", "98000", "9995.5", "GBP", "uk", "x2", "", "",
            ],
            &[
                "Ford", "Focus", "2019", "98,000", "9995.5", "USD", "uk", "x3", "", "",
            ],
        ],
    );
    let [first, second, third] = &mapped.listings[..] else {
        panic!("three rows")
    };
    assert_eq!((first.source.as_str(), first.id.as_str()), ("own", "x1"));
    assert_eq!(
        (first.mileage_km, first.price),
        (Some(98.5), Some(Money::vnd(460e6)))
    );
    assert_eq!(first.raw["price"], "460 Triệu");
    assert!(first.seller_kind.is_some());
    assert_eq!(
        second.price,
        Some(Money {
            amount: 9995.5,
            currency: Currency::Gbp
        })
    );
    assert_eq!(second.source, "uk");
    assert_eq!(
        third.price, None,
        "an amount of an unknown currency is no price"
    );
    let fields: Vec<_> = mapped
        .issues
        .iter()
        .map(|issue| (issue.row, issue.field))
        .collect();
    assert_eq!(fields, [(3, "currency"), (3, "mileage_km")]);
}

#[test]
fn headers_find_their_mapping() {
    let decomposed = |names: &[&str]| -> Vec<String> {
        use unicode_normalization::UnicodeNormalization;
        names.iter().map(|name| name.nfd().collect()).collect()
    };
    assert_eq!(Mapping::detect(&decomposed(BONBANH)), Some("bonbanh-raw"));
    for (header, want) in [
        (
            "price_million_vnd,snapshot,source,km,year,model,name_version,brand",
            Some("vn-listings"),
        ),
        (
            "make,model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize",
            Some("uk-listings"),
        ),
        (
            "id,source,make,model,year,mileage_km,price_vnd",
            Some("giaxe"),
        ),
        (
            "Tiêu đề,Hãng,Dòng xe,Năm sản xuất,Số km đã đi,Giá xe",
            Some("chotot-raw"),
        ),
        ("a,b", None),
        ("make,model,year,price", None),
    ] {
        let columns: Vec<_> = header.split(',').collect();
        assert_eq!(Mapping::detect(&columns), want, "{header}");
    }
}

#[test]
fn every_shipped_mapping_is_sound_and_described() {
    for name in Mapping::SHIPPED {
        let mapping = Mapping::load(name).unwrap();
        assert_eq!(mapping.name(), *name);
        assert!(
            !mapping.description().is_empty() && !mapping.required().is_empty(),
            "{name}"
        );
        assert_eq!(Mapping::detect(mapping.required()), Some(*name));
        for column in mapping.required() {
            let used = mapping.rules.iter().any(|rule| rule.from.contains(column));
            assert!(used, "{name} requires `{column}` and does not use it");
        }
    }
}
