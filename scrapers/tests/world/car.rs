//! Invented cars and sellers.

use datasets::synthetic::{ModelFacts, Settings, generate};
use datasets::vocabulary::{Condition, Origin, SellerKind};
use datasets::{Catalogue, Listing};

use super::{Draw, words};

/// Somebody who sells.
#[derive(Debug, Clone)]
pub struct Seller {
    /// As printed.
    pub name: String,
    /// Ten digits each.
    pub phones: Vec<String>,
    /// Person or trader.
    pub kind: SellerKind,
    /// The site's number of the account.
    pub account: u64,
}

/// A car to offer.
#[derive(Debug, Clone)]
pub struct Car {
    /// Identity on the site.
    pub id: String,
    /// What the generator knows of it.
    pub row: Listing,
    /// Asking price in million đồng; none where the seller wants to be asked.
    pub million: Option<u64>,
    /// Who sells.
    pub seller: Seller,
}

impl Car {
    /// Make as the catalogue has it.
    pub fn make(&self) -> &str {
        self.row.make.as_deref().unwrap_or_default()
    }

    /// Model as the catalogue has it.
    pub fn model(&self) -> &str {
        self.row.model.as_deref().unwrap_or_default()
    }

    /// Make, model and trim in one line.
    pub fn name(&self) -> String {
        let trim = self.row.trim.as_deref().unwrap_or_default();
        datasets::text::clean(&format!("{} {} {trim}", self.make(), self.model()))
    }

    /// Model year.
    pub fn year(&self) -> i32 {
        self.row.year.unwrap_or(2015)
    }

    /// Whether it was never registered.
    pub fn is_new(&self) -> bool {
        self.row.condition == Some(Condition::New)
    }

    /// Whole kilometres.
    pub fn km(&self) -> u64 {
        self.row.mileage_km.unwrap_or(0.0).round() as u64
    }
}

const FAMILY: &[&str] = &["Nguyễn", "Trần", "Lê", "Phạm", "Đỗ", "Bùi"];
const MIDDLE: &[&str] = &["Văn", "Thị", "Minh", "Quốc", "Thanh"];
const GIVEN: &[&str] = &["Thử", "Nghiệm", "Bịa", "Mẫu", "Giả", "Vờ"];

fn seller(draw: &mut Draw, account: u64, source: &str) -> Seller {
    let dealer = draw.chance(55);
    let name = if dealer {
        let sign = draw.pick(&["Salon", "Auto", "Showroom"]);
        format!(
            "{sign} {} {} {account}",
            draw.pick(GIVEN),
            draw.pick(MIDDLE)
        )
    } else {
        format!(
            "{} {} {}",
            draw.pick(FAMILY),
            draw.pick(MIDDLE),
            draw.pick(GIVEN)
        )
    };
    let first = words::phone(draw);
    let second = (source == "bonbanh" && draw.chance(20)).then(|| words::phone(draw));
    Seller {
        name,
        phones: std::iter::once(first).chain(second).collect(),
        kind: if dealer {
            SellerKind::Dealer
        } else {
            SellerKind::Private
        },
        account,
    }
}

/// Cars of about three a seller, the newest first.
pub fn invent(draw: &mut Draw, source: &str, seed: u64, count: usize) -> Vec<Car> {
    let facts = ModelFacts::of_catalogue(Catalogue::embedded());
    let settings = Settings {
        dirty: 0.0,
        ..Settings::new(count, seed, super::fetched_at().date_naive())
    };
    let rows = generate(&facts, &settings).expect("sound facts");
    let sellers: Vec<Seller> = (0..count.div_ceil(3))
        .map(|index| seller(draw, 1000 + index as u64, source))
        .collect();
    let first_id = match source {
        "bonbanh" => 5_000_000,
        "oto" => 22_000_000,
        _ => 139_000_000,
    };
    let mut cars: Vec<Car> = rows
        .into_iter()
        .enumerate()
        .map(|(index, mut row)| {
            let million = (row.price_vnd().unwrap_or(3e8) / 1e6).round().max(1.0) as u64;
            // The generator is sparser than the sites' forms, which nearly everybody fills.
            if !draw.chance(25) {
                row.origin.get_or_insert(Origin::Domestic);
                row.seats.get_or_insert(5);
                row.color_exterior.get_or_insert_with(|| "Trắng".to_owned());
            }
            if draw.chance(12) {
                row.condition = Some(Condition::New);
                row.mileage_km = None;
            } else if draw.chance(4) {
                row.mileage_km = Some(0.0);
            }
            Car {
                id: (first_id + 7 * index).to_string(),
                row,
                million: (!draw.chance(6)).then_some(million),
                seller: sellers[draw.below(sellers.len())].clone(),
            }
        })
        .collect();
    cars.reverse();
    cars
}
