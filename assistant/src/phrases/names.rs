//! Words of the vocabulary in both languages.

use datasets::vocabulary::{Body, Fuel, Transmission};

use crate::Language;

pub(super) fn join<T: ToString>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("/")
}

pub(super) fn body_name(body: Body, language: Language) -> &'static str {
    match (body, language) {
        (Body::Pickup, Language::Vietnamese) => "bán tải",
        (Body::Wagon, Language::Vietnamese) => "wagon",
        (Body::Convertible, Language::Vietnamese) => "mui trần",
        (Body::Truck, Language::Vietnamese) => "xe tải",
        (own, _) => own.as_str(),
    }
}

pub(super) fn fuel_name(fuel: Fuel, language: Language) -> &'static str {
    match (fuel, language) {
        (Fuel::Petrol, Language::Vietnamese) => "xăng",
        (Fuel::Diesel, Language::Vietnamese) => "dầu",
        (Fuel::Electric, Language::Vietnamese) => "điện",
        (own, _) => own.as_str(),
    }
}

pub(super) fn gearbox_name(gearbox: Transmission, language: Language) -> &'static str {
    match (gearbox, language) {
        (Transmission::Manual, Language::Vietnamese) => "số sàn",
        (Transmission::Automatic, Language::Vietnamese) => "số tự động",
        (own, _) => own.as_str(),
    }
}
