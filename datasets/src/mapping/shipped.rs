//! The mappings that are built in.

/// Names, in the order in which equally good ones are taken.
pub(super) const NAMES: &[&str] = &[
    "giaxe",
    "vn-listings",
    "bonbanh-raw",
    "oto-raw",
    "chotot-raw",
    "uk-listings",
];

/// The built-in mapping file of that name.
pub(super) fn text(name: &str) -> Option<&'static str> {
    match name {
        "giaxe" => Some(include_str!("../mappings/giaxe.toml")),
        "vn-listings" => Some(include_str!("../mappings/vn-listings.toml")),
        "bonbanh-raw" => Some(include_str!("../mappings/bonbanh-raw.toml")),
        "oto-raw" => Some(include_str!("../mappings/oto-raw.toml")),
        "chotot-raw" => Some(include_str!("../mappings/chotot-raw.toml")),
        "uk-listings" => Some(include_str!("../mappings/uk-listings.toml")),
        _ => None,
    }
}
