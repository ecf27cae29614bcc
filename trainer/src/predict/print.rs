//! A valued car as people and as spreadsheets read it.

use std::fmt::Write as _;

use datasets::Listing;
use models::quote::Price;
use models::{Ground, LEVELS, Manifest};

use super::valued::Valued;
use crate::{Result, format};

/// A valued car as a few lines.
pub(super) fn one(car: &Listing, price: &Price, manifest: &Manifest) -> String {
    let mut text = String::new();
    let facts = [
        car.make.clone(),
        car.model.clone(),
        car.trim.clone(),
        car.year.map(|year| year.to_string()),
        car.mileage_km
            .map(|km| format!("· {} km", format::number(km))),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(text, "{}", facts.join(" "));
    let amount = |amount: i64| format::number(amount as f64);
    let currency = manifest.currency;
    let _ = writeln!(text, "price   {} {currency}", amount(price.amount));
    for interval in &price.ranges {
        let _ = writeln!(
            text,
            "{:<6}  {} to {} {currency} (held {} of {} cars that it never saw)",
            format!("{:.0} %", interval.level * 100.0),
            amount(interval.low),
            amount(interval.high),
            format::percent(interval.measured_coverage),
            format::count(interval.n as usize),
        );
    }
    let ground = match price.ground {
        Ground::KnownModel => "make and model were trained on",
        Ground::KnownMake => "the make was trained on, the model was not: the ranges are wider",
        Ground::Unknown => "none",
    };
    let day = car
        .listed_on
        .map_or_else(String::new, |day| format!(" on {day}"));
    let _ = writeln!(text, "ground  {ground}");
    let _ = writeln!(text, "level   asking prices of {}{day}", car.source);
    let _ = writeln!(
        text,
        "model   {} {}, data until {}",
        manifest.family.as_str(),
        manifest.version,
        manifest.data_until
    );
    text
}

/// Valued cars as CSV, a header and one line a car.
pub(super) fn csv(cars: &[Valued], manifest: &Manifest) -> Result<Vec<u8>> {
    let bad = |error: csv::Error| std::io::Error::other(error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let first = [
        "row",
        "id",
        "make",
        "model",
        "trim",
        "year",
        "mileage_km",
        "status",
        "currency",
        "price",
    ];
    let mut header: Vec<String> = first.map(str::to_owned).to_vec();
    for level in LEVELS {
        header.push(format!("low_{:.0}", level * 100.0));
        header.push(format!("high_{:.0}", level * 100.0));
    }
    header.extend(["ground", "warnings", "reason"].map(str::to_owned));
    writer.write_record(&header).map_err(bad)?;
    for (index, valued) in cars.iter().enumerate() {
        let car = &valued.quote.car;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut record = vec![
            (index + 1).to_string(),
            valued.id.clone(),
            text(&car.make),
            text(&car.model),
            text(&car.trim),
            car.year.map_or_else(String::new, |year| year.to_string()),
            car.mileage_km.map_or_else(String::new, |km| km.to_string()),
            valued.status().to_owned(),
            manifest.currency.to_string(),
        ];
        if let Ok(price) = &valued.quote.price {
            record.push(price.amount.to_string());
            for range in &price.ranges {
                record.extend([range.low.to_string(), range.high.to_string()]);
            }
            let ground = match price.ground {
                Ground::KnownModel => "known_model",
                Ground::KnownMake => "known_make",
                Ground::Unknown => "unknown",
            };
            record.push(ground.to_owned());
        } else {
            record.extend(std::iter::repeat_n(String::new(), 2 + 2 * LEVELS.len()));
        }
        let warnings = valued.quote.warnings.iter();
        let codes: Vec<&str> = warnings.map(|warning| warning.code.as_str()).collect();
        record.push(codes.join(" "));
        record.push(text(&valued.reason()));
        writer.write_record(&record).map_err(bad)?;
    }
    let bytes = writer.into_inner();
    Ok(bytes.map_err(|error| std::io::Error::other(error.to_string()))?)
}

/// Valued cars as NDJSON, one object a line and car.
pub(super) fn ndjson(cars: &[Valued], manifest: &Manifest) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for valued in cars {
        let json = valued.json(manifest);
        serde_json::to_writer(&mut bytes, &json).map_err(std::io::Error::from)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}
