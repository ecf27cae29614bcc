//! Two models beside each other on the same rows: paired bootstrap by seller, over all rows and by segment.

use chrono::{Datelike, NaiveDate};
use datasets::{Listing, clean::Table};
use eval::{
    Predictions,
    predictions::Column,
    price::{self, Settings},
    sheet::{Difference, Group},
};

use crate::{Result, format, pipeline, table};

/// Estimates beside the prices of `rows`, with what tells the rows apart. A row without a day is as old as on `today`.
pub fn predictions(
    rows: &[&Listing],
    predicted: Vec<f64>,
    today: Option<NaiveDate>,
) -> Predictions {
    let column = |name: &str, word: fn(&Listing) -> Option<String>| Column {
        name: name.to_owned(),
        words: rows.iter().map(|row| word(row)).collect(),
    };
    let age = |row: &&Listing| {
        let day = row.listed_on.or(today)?;
        Some(f64::from(day.year() - row.year?))
    };
    Predictions {
        actual: pipeline::actual(rows),
        predicted,
        columns: vec![
            column("make", |row| row.make.clone()),
            column("source", |row| Some(row.source.clone())),
        ],
        age_years: rows.iter().map(age).collect(),
        sellers: rows.iter().map(|row| row.seller_hash.clone()).collect(),
        ..Predictions::default()
    }
}

/// Compares a challenger with a champion: all rows first, then by source, age and price.
///
/// # Errors
/// As [`price::compare`].
pub fn compare(champion: &Predictions, challenger: &Predictions, seed: u64) -> Result<Vec<Group>> {
    let mut settings = Settings {
        by: ["source", "age", "price"].map(str::to_owned).to_vec(),
        ..Settings::default()
    };
    settings.plan.seed = seed;
    Ok(price::compare(champion, challenger, &settings)?)
}

/// What the comparison says of a score over all rows.
pub fn overall<'a>(groups: &'a [Group], score: &str) -> Option<&'a Difference> {
    groups.first()?.against.get(score)
}

/// The comparison as a table. Changes are those of the MAE and the MAPE, as shares of the first model's.
pub fn table(groups: &[Group], names: [&str; 2], currency: &str) -> Table {
    let mut table = table::with_header(&[
        "rows",
        "n",
        "MAE",
        "MAE",
        "change",
        "95 % of it",
        "MAE is",
        "MAPE",
        "MAPE",
        "change",
        "95 % of it",
        "MAPE is",
    ]);
    for (place, name) in [(2, names[0]), (3, names[1]), (7, names[0]), (8, names[1])] {
        table.header[place] = format!("{} {name}", table.header[place]);
    }
    for group in groups {
        let name = if group.by == eval::sheet::ALL {
            "all".to_owned()
        } else {
            format!("{} {}", group.by, group.segment)
        };
        let mut cells = vec![name, format::count(group.n)];
        let amount = |value: f64| format::amount(value, currency);
        cells.extend(change(group.against.get("mae"), amount));
        cells.extend(change(group.against.get("mape"), format::percent));
        table.rows.push(cells);
    }
    table
}

fn change(difference: Option<&Difference>, value: impl Fn(f64) -> String) -> [String; 5] {
    let Some(own) = difference else {
        return std::array::from_fn(|_| "-".to_owned());
    };
    [
        value(own.champion),
        value(own.challenger),
        format::change(own.worse_by),
        interval(own.worse_low, own.worse_high),
        own.verdict.as_str().to_owned(),
    ]
}

/// An interval of changes; a dash where too few sellers say how far it would move.
pub fn interval(low: Option<f64>, high: Option<f64>) -> String {
    low.zip(high).map_or_else(
        || "-".to_owned(),
        |(low, high)| format!("{} to {}", format::change(low), format::change(high)),
    )
}

#[cfg(test)]
mod tests {
    use datasets::Money;

    use super::*;

    #[test]
    fn a_better_challenger_is_called_better() {
        let rows: Vec<Listing> = (0..200_i32)
            .map(|i| Listing {
                source: if i % 2 == 0 { "oto" } else { "bonbanh" }.into(),
                year: Some(2010 + i % 9),
                listed_on: NaiveDate::from_ymd_opt(2025, 11, 15),
                seller_hash: Some(format!("s{}", i % 50)),
                price: Some(Money::vnd(3e8 + 1e6 * f64::from(i))),
                ..Listing::default()
            })
            .collect();
        let rows: Vec<&Listing> = rows.iter().collect();
        let off = |share: f64| {
            let wrong = |(i, price): (usize, f64)| price * (1.0 + share * (1.0 + (i % 3) as f64));
            let predicted = pipeline::actual(&rows).into_iter().enumerate().map(wrong);
            predictions(&rows, predicted.collect(), None)
        };
        let groups = compare(&off(0.1), &off(0.05), 1).expect("comparable");
        let all = overall(&groups, "mae").expect("compared");
        assert!((all.worse_by + 0.5).abs() < 1e-9 && all.probability_better == 1.0);
        let text = table::render(&table(&groups, ["untuned", "tuned"], "VND"));
        for want in [
            "MAE untuned",
            "source oto",
            "age ",
            "price ",
            "-50.0 %",
            "better",
        ] {
            assert!(text.contains(want), "{want}: {text}");
        }
        let same = compare(&off(0.1), &off(0.1), 1).expect("comparable");
        assert_eq!(overall(&same, "mae").map(|own| own.worse_by), Some(0.0));
    }
}
