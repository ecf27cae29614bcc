//! The embedded data: size, plausibility, and no spelling that means two things.

use crate::catalogue::scan::key;
use crate::catalogue::{Catalogue, FILES};

fn error_of(toml: &str) -> String {
    Catalogue::from_toml(&[("test.toml", toml)])
        .expect_err("the catalogue is wrong on purpose")
        .to_string()
}

#[test]
fn embedded_files_load_without_clashing_spellings() {
    let catalogue = Catalogue::from_toml(FILES).expect("the embedded files are right");
    let models: usize = catalogue.makes().iter().map(|make| make.models.len()).sum();
    let priced = catalogue
        .makes()
        .iter()
        .flat_map(|make| &make.models)
        .filter(|model| model.list_price_million_vnd.is_some() && model.sold.is_some())
        .count();
    assert!(catalogue.makes().len() >= 90, "{}", catalogue.makes().len());
    assert!(models >= 1100, "{models}");
    assert!(priced >= 250, "{priced}");
}

#[test]
fn every_entry_is_plausible() {
    for make in Catalogue::embedded().makes() {
        assert!(!make.country.is_empty(), "{}", make.name);
        assert!(!make.models.is_empty(), "{}", make.name);
        for model in &make.models {
            let name = format!("{} {}", make.name, model.name);
            assert!(model.body.is_some(), "{name}");
            assert!(!model.fuels.is_empty(), "{name}");
            if let Some((first, last)) = model.sold {
                assert!((1945..=last).contains(&first) && last <= 2030, "{name}");
            }
            if let Some((low, high)) = model.list_price_million_vnd {
                assert!(100.0 < low && low <= high && high < 60_000.0, "{name}");
            }
            for litres in &model.engines_l {
                assert!((0.6..=13.0).contains(litres), "{name}: {litres}");
            }
            for seats in &model.seats {
                assert!((2..=47).contains(seats), "{name}: {seats}");
            }
        }
    }
}

#[test]
fn every_spelling_leads_back_to_its_entry() {
    let catalogue = Catalogue::embedded();
    for make in catalogue.makes() {
        for spelling in std::iter::once(&make.name).chain(&make.aliases) {
            let found = catalogue.make(spelling).map(|make| &make.name);
            assert_eq!(found, Some(&make.name), "{spelling}");
        }
        for model in &make.models {
            let spellings = std::iter::once(&model.name)
                .chain(&model.aliases)
                .chain(&model.designations);
            for spelling in spellings {
                let found = catalogue.model(&make.name, spelling).map(|m| &m.name);
                assert_eq!(found, Some(&model.name), "{} {spelling}", make.name);
            }
        }
    }
}

/// An alias that ends in a trim word would take the word out of every trim.
#[test]
fn no_alias_swallows_a_trim() {
    for make in Catalogue::embedded().makes() {
        for model in &make.models {
            for alias in &model.aliases {
                let swallowed = alias.rsplit_once(' ').filter(|(head, tail)| {
                    let same = [&model.name].into_iter().chain(&model.aliases);
                    same.clone().any(|name| key(name) == key(head))
                        && model.trims.iter().any(|trim| key(trim) == key(tail))
                });
                assert_eq!(swallowed, None, "{} {}: {alias}", make.name, model.name);
            }
        }
    }
}

#[test]
fn one_spelling_for_two_entries_is_an_error_that_names_both() {
    let two_models = r#"
        [[make]]
        name = "Toyota"
        country = "Japan"
        models = [{ name = "Vios", aliases = ["Y-1"] }, { name = "Yaris", aliases = ["y1"] }]
    "#;
    let message = error_of(two_models);
    assert!(
        message.contains("`y1`") && message.contains("Vios"),
        "{message}"
    );
    let two_makes = r#"
        make = [
            { name = "Kia", country = "South Korea", models = [] },
            { name = "KIA", country = "Korea", models = [] },
            { name = "Ki-a", country = "Korea", models = [] },
        ]
    "#;
    assert!(error_of(two_makes).contains("makes"));
}

#[test]
fn files_of_another_shape_are_refused_with_their_name() {
    for text in [
        "make = 3",
        "[[make]]\nname = \"Kia\"",
        "[[make]]\nname = \"Kia\"\ncountry = \"Korea\"\nmodels = [{ name = \"K3\", sits = [5] }]",
        "[[make]]\nname = \"Kia\"\ncountry = \"Korea\"\nmodels = [{ name = \"-\" }]",
    ] {
        let message = error_of(text);
        assert!(
            message.contains("test.toml") || message.contains("no letter or digit"),
            "{message}"
        );
    }
}

#[test]
fn makes_and_models_are_found_under_any_spelling() {
    let catalogue = Catalogue::embedded();
    for (text, want) in [
        ("Mercedes Benz", "Mercedes-Benz"),
        ("mercedes-benz", "Mercedes-Benz"),
        ("MEC", "Mercedes-Benz"),
        ("Mẹc", "Mercedes-Benz"),
        ("huyndai", "Hyundai"),
        ("LANDROVER", "Land Rover"),
        ("Vin Fast", "VinFast"),
        ("vw", "Volkswagen"),
        ("lynk&co", "Lynk & Co"),
        ("Škoda", "Skoda"),
        ("Chevy", "Chevrolet"),
    ] {
        let found = catalogue.make(text).map(|make| make.name.as_str());
        assert_eq!(found, Some(want), "{text}");
    }
    for (make, text, want) in [
        ("honda", "CR V", "CR-V"),
        ("honda", "crv", "CR-V"),
        ("hyundai", "Santafe", "Santa Fe"),
        ("hyundai", "I10", "Grand i10"),
        ("mec", "C Class", "C-Class"),
        ("mercedes", "c200", "C-Class"),
        ("bmw", "3 seri", "3 Series"),
        ("bmw", "320i", "3 Series"),
        ("mazda", "Mazda3", "3"),
        ("mg", "MG5", "5"),
        ("vinfast", "Lux A2.0", "Lux A2.0"),
        ("vinfast", "VFe34", "VF e34"),
        ("ford", "Ka+", "Ka+"),
        ("ford", "KA", "KA"),
        ("vauxhall", "Mokka X", "Mokka X"),
        ("vw", "Golf SV", "Golf SV"),
    ] {
        let found = catalogue.model(make, text).map(|model| model.name.as_str());
        assert_eq!(found, Some(want), "{make} {text}");
    }
    assert_eq!(catalogue.make("Hãng khác"), None);
    assert_eq!(catalogue.model("Kia", "Vios"), None);
    assert!(catalogue.models("toyota").iter().any(|m| m.name == "Vios"));
    assert!(catalogue.models("no such make").is_empty());
}

#[test]
fn placeholders_say_nothing_and_colours_are_none() {
    use crate::catalogue::is_placeholder;
    for text in ["", "-", "Khác", "Dòng khác", "dòng", "Đang cập nhật", "N/A"] {
        assert!(is_placeholder(text), "{text}");
    }
    for text in ["Đồng", "đồng", "Đen", "Trắng"] {
        assert!(!is_placeholder(text), "{text}");
    }
}
