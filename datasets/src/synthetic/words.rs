//! Titles and colours as dealers and private sellers write them.

use super::{Build, Draw, ModelFacts};
use crate::vocabulary::{Fuel, Transmission};

const COLOURS: &[(&str, f64)] = &[
    ("Trắng", 0.34),
    ("Đen", 0.24),
    ("Đỏ", 0.12),
    ("Bạc", 0.11),
    ("Xám", 0.06),
    ("Xanh", 0.05),
    ("Nâu", 0.04),
    ("Vàng", 0.02),
    ("Ghi", 0.02),
];

/// A colour by its share of the offers.
pub(super) fn colour(draw: &mut Draw) -> &'static str {
    let shares: Vec<f64> = COLOURS.iter().map(|(_, share)| *share).collect();
    COLOURS[draw.weighted(&shares)].0
}

/// A dealer's title names model and version (`Vios 1.5G CVT`); half of the private ones are free text.
pub(super) fn title(
    draw: &mut Draw,
    model: &ModelFacts,
    trim: Option<&str>,
    build: &Build,
    year: i32,
    mileage_km: f64,
    is_dealer: bool,
) -> String {
    let version = version(model, trim, build);
    let ten_thousands = (mileage_km / 10_000.0).round().max(1.0);
    let ModelFacts { make, model, .. } = model;
    if is_dealer || draw.chance(0.5) {
        return version;
    }
    match draw.below(8) {
        0 => format!("Bán xe {model} {year} chính chủ"),
        1 => format!(
            "{} {} SIÊU LƯỚT 🚗",
            make.to_uppercase(),
            version.to_uppercase()
        ),
        2 => format!("Cần bán gấp {model} đời {year}, odo {ten_thousands:.0} vạn, bao test"),
        3 => format!("{make} {version} {year} một chủ từ đầu, xe zin 💯"),
        4 => format!("gia đình cần bán {} {year} giá tốt", model.to_lowercase()),
        5 => format!("Lên đời nên bán {version} sx {year}, hỗ trợ bank 70%"),
        6 => format!("🔥🔥 {model} {year} biển thành phố, không đâm đụng ngập nước"),
        _ => format!("{make} {model} {year}"),
    }
}

/// Model, and what the trim says, with displacement and gearbox where the trim does not name them.
fn version(model: &ModelFacts, trim: Option<&str>, build: &Build) -> String {
    let trim = trim.unwrap_or_default();
    let displacement = build
        .engine_l
        .filter(|_| !trim.contains(|c: char| c.is_ascii_digit()))
        .map(|litres| format!("{litres:.1}"));
    let mut words = vec![model.model.clone()];
    words.extend(match displacement {
        // A one-letter trim is written to the displacement: `1.5E`.
        Some(litres) if trim.len() == 1 => vec![format!("{litres}{trim}")],
        Some(litres) if trim.is_empty() => vec![litres],
        Some(litres) => vec![trim.to_owned(), litres],
        None if trim.is_empty() => vec![],
        None => vec![trim.to_owned()],
    });
    let gearbox = match build.transmission {
        Some(Transmission::Manual) => Some("MT"),
        Some(Transmission::Automatic) if build.fuel != Some(Fuel::Electric) => Some("AT"),
        _ => None,
    };
    if let Some(gearbox) = gearbox
        && Transmission::parse(trim).is_none()
    {
        words.push(gearbox.into());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ModelFacts {
        ModelFacts {
            make: "Toyota".into(),
            model: "Vios".into(),
            trims: vec![],
            engines_l: vec![1.5],
            transmissions: vec![],
            fuels: vec![],
            body: None,
            seats: None,
            origin: None,
            years: (2003, 2025),
            new_price_vnd: (458e6, 545e6),
            popularity: 1.0,
        }
    }

    #[test]
    fn versions_name_what_the_trim_leaves_open() {
        let build = |gearbox| Build {
            transmission: gearbox,
            fuel: Some(Fuel::Petrol),
            engine_l: Some(1.5),
        };
        let (manual, automatic) = (Some(Transmission::Manual), Some(Transmission::Automatic));
        for (trim, gearbox, want) in [
            (Some("1.5G CVT"), automatic, "Vios 1.5G CVT"),
            (Some("1.5E"), manual, "Vios 1.5E MT"),
            (Some("E"), manual, "Vios 1.5E MT"),
            (Some("Luxury"), automatic, "Vios Luxury 1.5 AT"),
            (None, None, "Vios 1.5"),
        ] {
            assert_eq!(version(&facts(), trim, &build(gearbox)), want);
        }
    }

    #[test]
    fn dealers_write_versions_and_people_write_what_they_like() {
        let build = Build {
            transmission: None,
            fuel: None,
            engine_l: None,
        };
        let mut draw = Draw::new(5);
        let mut titles = |is_dealer| -> Vec<String> {
            (0..200)
                .map(|_| {
                    title(
                        &mut draw,
                        &facts(),
                        Some("1.5G"),
                        &build,
                        2019,
                        61e3,
                        is_dealer,
                    )
                })
                .collect()
        };
        assert!(titles(true).iter().all(|title| title == "Vios 1.5G"));
        let private = titles(false);
        assert!(private.iter().any(|title| title.contains("odo 6 vạn")));
        assert!(private.iter().any(|title| title.contains('🚗')));
    }
}
