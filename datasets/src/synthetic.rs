//! A seeded generator of listings for demos and tests: same facts, settings and seed, same rows everywhere.
//!
//! Prices come from published list prices and from the trade's rules of thumb: how fast makes lose value with age,
//! what kilometres cost, how provinces and private sellers differ, in which digits sellers round. They are round
//! assumptions, not estimates: nobody should read the market out of them. Nothing is taken from a real listing, and
//! every row's source is [`SOURCE`], so that it can never pass for one.
//!
//! Only additions, multiplications and roundings are used on the way to a value: functions such as `exp` may
//! differ in the last bit from platform to platform.

mod dirt;
mod draw;
mod from_catalogue;
mod price;
mod words;

use chrono::{Datelike, Days, NaiveDate};

use crate::{
    Error, Listing, Money, Result,
    vocabulary::{Body, Condition, Fuel, Origin, SellerKind, Transmission},
};
use draw::Draw;

/// Source of every generated row.
pub const SOURCE: &str = "synthetic";

/// Cars older than this are not generated.
const MAX_AGE: i32 = 15;

/// What has to be known of a model to invent listings of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFacts {
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Trims from the plainest to the dearest (`1.5E MT`, `1.5G CVT`); may be empty.
    pub trims: Vec<String>,
    /// Displacements in litres; empty for electric cars.
    pub engines_l: Vec<f64>,
    /// Gearboxes, the commonest first; may be empty.
    pub transmissions: Vec<Transmission>,
    /// Energies, the commonest first; may be empty.
    pub fuels: Vec<Fuel>,
    /// Body shape.
    pub body: Option<Body>,
    /// Seats.
    pub seats: Option<u8>,
    /// Where it is assembled.
    pub origin: Option<Origin>,
    /// First and last model year sold.
    pub years: (i32, i32),
    /// List price of the plainest and of the dearest trim, in đồng.
    pub new_price_vnd: (f64, f64),
    /// Weight among all models; above 0.
    pub popularity: f64,
}

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Number of rows, 1 to 10 million.
    pub rows: usize,
    /// Seed.
    pub seed: u64,
    /// Day of the newest listing.
    pub until: NaiveDate,
    /// Months that the listings spread over, 1 to 120.
    pub months: u32,
    /// Share of rows with something wrong, 0 to 0.5.
    pub dirty: f64,
}

impl Settings {
    /// Two years of listings up to `until`, one row in 25 dirty.
    pub fn new(rows: usize, seed: u64, until: NaiveDate) -> Self {
        Self {
            rows,
            seed,
            until,
            months: 24,
            dirty: 0.04,
        }
    }

    fn check(&self) -> Result<()> {
        let numbers = [
            ("rows", self.rows as f64, 1.0, 1e7, "1..=10000000"),
            ("months", f64::from(self.months), 1.0, 120.0, "1..=120"),
            ("dirty", self.dirty, 0.0, 0.5, "0..=0.5"),
        ];
        for (field, value, min, max, valid) in numbers {
            if !(min..=max).contains(&value) {
                return Err(invalid(field, value.to_string(), valid));
            }
        }
        Ok(())
    }
}

/// Someone who sells: a dealer with a stock, or a person with one car.
#[derive(Debug, Clone)]
struct Seller {
    hash: String,
    kind: SellerKind,
    province: &'static str,
    price_level: f64,
}

impl Seller {
    fn new(draw: &mut Draw, kind: SellerKind) -> Self {
        let (province, province_level) = price::province(draw);
        // A dealer prepares the car, answers for it and asks for both.
        let (own_level, spread) = match kind {
            SellerKind::Dealer => (1.01, 0.015),
            SellerKind::Private => (0.965, 0.0),
        };
        Self {
            hash: format!("syn{:012x}", draw.bits() >> 16),
            kind,
            province,
            price_level: province_level * own_level * (1.0 + spread * draw.normal()),
        }
    }
}

/// Generates listings in the order of their days.
///
/// # Errors
/// [`Error::Value`] for settings outside their range, and for facts without a usable list price, popularity or
/// year within 15 years of the listings.
pub fn generate(facts: &[ModelFacts], settings: &Settings) -> Result<Vec<Listing>> {
    settings.check()?;
    for model in facts {
        check_facts(model)?;
    }
    let first_year = settings.until.year() - MAX_AGE;
    let current: Vec<&ModelFacts> = facts
        .iter()
        .filter(|model| model.years.1 >= first_year)
        .filter(|model| model.years.0 <= settings.until.year())
        .collect();
    if current.is_empty() {
        let valid = format!("at least 1 sold since {first_year}");
        return Err(invalid("models", "0".into(), &valid));
    }
    let mut draw = Draw::new(settings.seed);
    let weights: Vec<f64> = current.iter().map(|model| model.popularity).collect();
    let dealers: Vec<Seller> = (0..settings.rows.div_ceil(12))
        .map(|_| Seller::new(&mut draw, SellerKind::Dealer))
        .collect();
    let mut rows: Vec<Listing> = Vec::with_capacity(settings.rows);
    while rows.len() < settings.rows {
        let model = current[draw.weighted(&weights)];
        let seller = if draw.chance(0.55) {
            // The square makes a few dealers large and most of them small.
            let place = draw.unit() * draw.unit() * dealers.len() as f64;
            dealers[place as usize].clone()
        } else {
            Seller::new(&mut draw, SellerKind::Private)
        };
        let mut row = listing(&mut draw, model, &seller, settings);
        if draw.chance(settings.dirty) {
            dirt::spoil(&mut draw, &mut row);
        }
        let again = draw
            .chance(0.04)
            .then(|| relisted(&mut draw, &row, settings.until))
            .flatten()
            .filter(|_| rows.len() + 1 < settings.rows);
        rows.push(row);
        rows.extend(again);
    }
    rows.sort_by_key(|row| row.listed_on);
    for (index, row) in rows.iter_mut().enumerate() {
        row.id = format!("syn-{index:07}");
    }
    Ok(rows)
}

fn listing(draw: &mut Draw, model: &ModelFacts, seller: &Seller, settings: &Settings) -> Listing {
    let days_back = draw.below(days_on_sale(model, settings));
    let listed_on = settings.until - Days::new(days_back);
    let year = model_year(draw, model, listed_on.year());
    let trim_index = draw.below(model.trims.len().max(1) as u64) as usize;
    let trim = model.trims.get(trim_index).cloned();
    let build = Build::of(draw, model, trim.as_deref());
    let age = price::age(year, listed_on);
    let mileage_km = price::mileage(draw, age);
    let is_dealer = seller.kind == SellerKind::Dealer;
    let list_price = price::list_price(model, trim_index, days_back);
    let noise = 1.0 + if is_dealer { 0.04 } else { 0.09 } * draw.normal();
    let retention = price::retention(&model.make, build.fuel, age);
    let worth = list_price * retention * price::mileage_effect(mileage_km, age);
    let amount = price::round_as_sellers_do(draw, worth * seller.price_level * noise);
    let title = words::title(
        draw,
        model,
        trim.as_deref(),
        &build,
        year,
        mileage_km,
        is_dealer,
    );
    // Private sellers leave half of the form empty.
    let kept = if is_dealer { 0.97 } else { 0.75 };
    let last_seen = (listed_on + Days::new(1 + draw.below(30))).min(settings.until);
    Listing {
        source: SOURCE.into(),
        first_seen: Some(listed_on),
        last_seen: Some(last_seen),
        listed_on: Some(listed_on),
        make: Some(model.make.clone()),
        model: Some(model.model.clone()),
        trim: trim.filter(|_| draw.chance(kept)),
        year: Some(year),
        mileage_km: Some(mileage_km),
        transmission: build.transmission,
        fuel: build.fuel,
        engine_l: build.engine_l.filter(|_| draw.chance(kept)),
        body: model.body.filter(|_| draw.chance(kept)),
        seats: model.seats.filter(|_| draw.chance(kept)),
        origin: model.origin.filter(|_| draw.chance(kept)),
        condition: Some(Condition::Used),
        color_exterior: draw.chance(kept).then(|| words::colour(draw).to_owned()),
        province: Some(seller.province.into()),
        seller_hash: draw.chance(0.92).then(|| seller.hash.clone()),
        seller_kind: Some(seller.kind),
        price: Some(Money::vnd(amount)),
        title: Some(title),
        ..Listing::default()
    }
}

/// What a trim settles of a car, drawn where its name leaves it open.
#[derive(Debug, Clone, Copy)]
struct Build {
    transmission: Option<Transmission>,
    fuel: Option<Fuel>,
    engine_l: Option<f64>,
}

impl Build {
    fn of(draw: &mut Draw, model: &ModelFacts, trim: Option<&str>) -> Self {
        let named_gearbox = trim
            .and_then(Transmission::parse)
            .filter(|gearbox| model.transmissions.contains(gearbox));
        let named_fuel = trim
            .and_then(Fuel::parse)
            .filter(|fuel| model.fuels.contains(fuel));
        let named_engine = trim.and_then(|trim| {
            let named = |litres: &&f64| trim.contains(&format!("{litres:.1}"));
            model.engines_l.iter().find(named).copied()
        });
        let drawn_gearbox = draw.mostly_first(&model.transmissions);
        let drawn_fuel = draw.mostly_first(&model.fuels);
        let drawn_engine = draw.mostly_first(&model.engines_l);
        let fuel = named_fuel.or(drawn_fuel);
        Self {
            transmission: named_gearbox.or(drawn_gearbox),
            fuel,
            engine_l: named_engine
                .or(drawn_engine)
                .filter(|_| fuel != Some(Fuel::Electric)),
        }
    }
}

/// Days before the newest one on which a used car of the model may be listed: none before its first model year.
fn days_on_sale(model: &ModelFacts, settings: &Settings) -> u64 {
    let asked = u64::from(settings.months) * 365 / 12;
    NaiveDate::from_ymd_opt(model.years.0, 1, 1).map_or(asked, |first| {
        asked.min((settings.until - first).num_days() as u64 + 1)
    })
}

/// Model years by their share of the used cars on offer, within the years that the model was sold.
fn model_year(draw: &mut Draw, model: &ModelFacts, listing_year: i32) -> i32 {
    const BY_AGE: [f64; MAX_AGE as usize + 1] = [
        0.2, 0.7, 1.0, 1.0, 1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2,
    ];
    let last = model.years.1.min(listing_year);
    let first = model.years.0.max(listing_year - MAX_AGE).min(last);
    let weights: Vec<f64> = (first..=last)
        .map(|year| {
            let age = (listing_year - year).clamp(0, MAX_AGE);
            BY_AGE[age as usize]
        })
        .collect();
    (first..=last).nth(draw.weighted(&weights)).unwrap_or(last)
}

/// The same car a few weeks later for a little less; `None` if that is after the newest day.
fn relisted(draw: &mut Draw, row: &Listing, until: NaiveDate) -> Option<Listing> {
    let listed_on = row.listed_on? + Days::new(15 + draw.below(45));
    let price = row.price?;
    if listed_on > until {
        return None;
    }
    let lower = price.amount * (0.99 - 0.03 * draw.unit());
    Some(Listing {
        first_seen: Some(listed_on),
        last_seen: Some((listed_on + Days::new(10)).min(until)),
        listed_on: Some(listed_on),
        price: Some(Money {
            amount: (lower / 1e6).round() * 1e6,
            ..price
        }),
        ..row.clone()
    })
}

fn check_facts(model: &ModelFacts) -> Result<()> {
    let name = format!("{} {}", model.make, model.model);
    let (low, high) = model.new_price_vnd;
    if !(low > 0.0 && high >= low && high.is_finite()) {
        let place = format!("new_price_vnd of {name}");
        return Err(invalid(&place, format!("{low}..{high}"), "0 < low <= high"));
    }
    if !(model.popularity > 0.0 && model.popularity.is_finite()) {
        let place = format!("popularity of {name}");
        return Err(invalid(&place, model.popularity.to_string(), "above 0"));
    }
    if model.years.0 > model.years.1 {
        let place = format!("years of {name}");
        let value = format!("{}..{}", model.years.0, model.years.1);
        return Err(invalid(&place, value, "first <= last"));
    }
    Ok(())
}

fn invalid(field: &str, value: String, valid: &str) -> Error {
    Error::Value {
        place: "synthetic listings".into(),
        field: field.into(),
        value,
        valid: valid.into(),
    }
}

#[cfg(test)]
mod tests;
