//! What a price says of odometers, old data and models without listings.

use super::*;

#[test]
fn an_odometer_that_nobody_read_is_taken_as_given_and_doubted() {
    let of = |year, km| {
        quote(CarQuery {
            year: Some(year),
            mileage_km: Some(km),
            ..ask("Toyota", "Vios")
        })
    };
    for (year, km, is_doubted) in [
        (2019, 45_000.0, false),
        (2019, 40_000.0, false),
        (2019, 300_000.0, false),
        (2019, 12_345.0, true),
        (2019, 111_111.0, true),
        (2019, 0.0, true),
        (2019, 12.0, true),
        (2025, 12.0, false),
        (2025, 500_000.0, true),
    ] {
        let quote = of(year, km);
        let want: &[WarningCode] = if is_doubted {
            &[WarningCode::MileageDoubtful]
        } else {
            &[]
        };
        assert_eq!(warnings(&quote), want, "{year} {km}");
        assert_eq!(quote.car.mileage_km, Some(km));
    }
    let amounts: Vec<i64> = [0.0, 1_000.0, 12_345.0, 99_000.0, 111_111.0, 1e6]
        .map(|km| amount(&of(2019, km)))
        .into();
    assert!(
        amounts.is_sorted_by(|a, b| a >= b) && amounts[0] > amounts[5],
        "{amounts:?}"
    );
}

#[test]
fn a_day_long_after_the_data_widens_the_range_and_is_told() {
    let of = |days| {
        quote(CarQuery {
            listed_on: Some(UNTIL + chrono::Days::new(days)),
            ..ask("Toyota", "Vios")
        })
    };
    let width = |quote: &Quote| quote.price.as_ref().expect("a price").relative_width;
    let (now, later) = (of(0), of(300));
    assert_eq!(warnings(&now), []);
    assert!(!now.is_rough());
    assert_eq!(warnings(&later), [WarningCode::StaleData]);
    assert!(later.is_rough() && later.warnings[0].value == "300 days");
    assert!(width(&later) > width(&now));
    assert!(width(&of(30)) < width(&of(90)));
}

#[test]
fn a_model_without_listings_is_valued_from_its_list_price() {
    let catalogue = Catalogue::embedded();
    let mut found = 0;
    for make in catalogue.makes() {
        for model in &make.models {
            let Some((low, high)) = model.list_price_million_vnd else {
                continue;
            };
            let quote = quote(CarQuery {
                year: Some(2025),
                mileage_km: Some(5_000.0),
                ..ask(&make.name, &model.name)
            });
            if !warnings(&quote).contains(&WarningCode::FromListPrice) {
                continue;
            }
            found += 1;
            let amount = amount(&quote) as f64 / 1e6;
            let (name, make) = (&model.name, &make.name);
            assert!(
                (low * 0.5..=high * 1.1).contains(&amount),
                "{make} {name}: {amount} of {low} to {high}"
            );
            let younger = quoter().changed(&quote, Change::Kilometres(100_000.0));
            assert!(younger.is_some_and(|less| less < quote.price.expect("a price").amount));
        }
    }
    assert!(found > 20, "{found}");
}
