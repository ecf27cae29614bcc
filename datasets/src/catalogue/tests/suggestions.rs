//! Suggestions for misspelt names and half-typed queries.

use crate::catalogue::Catalogue;

fn offered(query: &str) -> Vec<String> {
    let suggestions = Catalogue::embedded().suggest(query, 5);
    let name = |s: &crate::catalogue::Suggestion<'_>| match s.model {
        Some(model) => format!("{} {}", s.make.name, model.name),
        None => s.make.name.clone(),
    };
    suggestions.iter().map(name).collect()
}

#[test]
fn misspelt_makes_and_models_have_alternatives() {
    let catalogue = Catalogue::embedded();
    for (text, want) in [
        ("Toyotta", "Toyota"),
        ("Mazdda", "Mazda"),
        ("Hundia", "Hyundai"),
    ] {
        assert_eq!(catalogue.suggest_make(text).first(), Some(&want), "{text}");
    }
    for (make, text, want) in [
        ("Toyota", "Vioss", "Vios"),
        ("Toyota", "Fortunerr", "Fortuner"),
        ("Mitsubishi", "Xpandder", "Xpander"),
        ("Hyundai", "Tucsonn", "Tucson"),
        ("no such make", "Everesst", "Everest"),
    ] {
        let found = catalogue.suggest_model(make, text);
        assert_eq!(found.first(), Some(&want), "{make} {text}");
        assert!(found.len() <= 3);
    }
    assert!(catalogue.suggest_make("xyzzyq").is_empty());
    assert!(catalogue.suggest_model("Toyota", "xyzzyq").is_empty());
    assert!(catalogue.suggest_make("").is_empty());
}

#[test]
fn queries_are_completed_with_and_without_typos() {
    for (query, want) in [
        ("vio", "Toyota Vios"),
        ("VIOS", "Toyota Vios"),
        ("xpan", "Mitsubishi Xpander"),
        ("xpnder", "Mitsubishi Xpander"),
        ("mec c", "Mercedes-Benz C-Class"),
        ("huyndai tuc", "Hyundai Tucson"),
        ("toyota for", "Toyota Fortuner"),
        ("toyotta fortu", "Toyota Fortuner"),
        ("land rover disc", "Land Rover Discovery"),
        ("toy", "Toyota"),
        ("mer", "Mercedes-Benz"),
        ("c200", "Mercedes-Benz C-Class"),
        ("cx-5", "Mazda CX-5"),
        ("santa", "Hyundai Santa Fe"),
        ("vf 8", "VinFast VF 8"),
    ] {
        assert_eq!(
            offered(query).first().map(String::as_str),
            Some(want),
            "{query}"
        );
    }
    assert!(offered("  ").is_empty());
    assert!(offered("zzzzzz").is_empty());
    assert_eq!(offered("c").len(), 5);
}
