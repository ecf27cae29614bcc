//! What a message says of the one car that is to be valued.

use std::ops::Range;
use std::sync::LazyLock;

use datasets::vocabulary::{Body, Fuel, Transmission};
use serde::{Deserialize, Serialize};

use super::lexicon::Lexicon;
use super::message::{Facts, Message};
use super::names::{Car, Known};
use super::numbers::{Measure, Quantity};
use super::text::Text;
use super::{colours, trims};

/// The facts that a valuation asks for; what is not known is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slots {
    /// Make, in the catalogue's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
    /// Model, in the catalogue's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Trim, in the catalogue's spelling, without engine size and gearbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trim: Option<String>,
    /// Model year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// Odometer in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mileage_km: Option<u32>,
    /// Gearbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transmission: Option<Transmission>,
    /// Energy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<Fuel>,
    /// Body, where the message names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Engine size in litres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine_l: Option<f64>,
    /// Province, as listings print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Colour, in Vietnamese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// A slot without which there is no valuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    /// [`Slots::make`].
    Make,
    /// [`Slots::model`].
    Model,
    /// [`Slots::year`].
    Year,
    /// [`Slots::mileage_km`].
    MileageKm,
}

/// Words behind which stands the car that is wanted, not the one that is sold.
static WANTED: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "lên đời",
        "đổi sang",
        "để mua",
        "mua con",
        "mua xe",
        "mua",
        "lên",
        "đổi lấy",
        "to buy",
        "to buy a",
        "for a",
        "upgrade to",
        "trade for",
        "trade in for a",
        "replace it with a",
        "nâng cấp lên",
        "chuyển sang",
        "mua chiếc",
        "so với",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

impl Slots {
    /// What `message` says on its own.
    pub fn read(message: &Message) -> Self {
        Self::of(message, message.facts(), false)
    }

    /// What `message` says as the answer to a question for what `known` lacks: a bare `45000` is then the
    /// mileage, a bare `3` a model of the make that is known. `known` is not merged in.
    pub fn read_reply(message: &Message, known: &Self) -> Self {
        let facts = message.facts_beside(Known {
            make: known.make.as_deref(),
            asked: true,
        });
        Self::of(message, &facts, known.mileage_km.is_none())
    }

    /// The slots in a message's facts; a bare number may be the mileage where that was `asked` for.
    fn of(message: &Message, facts: &Facts, asked: bool) -> Self {
        let text = message.text();
        let car = subject(text, &facts.cars);
        let trim = car.and_then(|car| {
            let zone = zone(text, &facts.cars, car);
            trims::trim(text, car, zone, &facts.quantities, described(facts))
        });
        let in_trim = |span: &Range<usize>| {
            trim.iter()
                .flat_map(|trim| &trim.spans)
                .any(|own| own.start < span.end && span.start < own.end)
        };
        let mut engines = facts
            .quantities
            .iter()
            .filter(|q| q.measure == Measure::Litres);
        let engine = engines.find(|q| !in_trim(&q.span)).map(|q| q.low);
        let make = car.and_then(|car| car.make);
        let model = car.and_then(|car| car.model);
        Self {
            make: make.map(|make| make.name.clone()),
            model: model.map(|model| model.name.clone()),
            year: year(&facts.quantities),
            mileage_km: mileage(&facts.quantities, asked),
            transmission: facts.transmission.as_ref().map(|(gearbox, _)| *gearbox),
            fuel: facts.fuel.as_ref().map(|(fuel, _)| *fuel),
            body: facts.body.as_ref().map(|(body, _)| *body),
            engine_l: engine,
            province: message.place().map(|place| place.name.to_owned()),
            color: colours::colour(text, &facts.taken).map(|(colour, _)| colour.to_owned()),
            trim: trim.map(|trim| trim.name),
        }
    }

    /// The slots that a valuation still needs, in the order in which they are asked for.
    pub fn missing(&self) -> Vec<Required> {
        [
            (Required::Make, self.make.is_none()),
            (Required::Model, self.model.is_none()),
            (Required::Year, self.year.is_none()),
            (Required::MileageKm, self.mileage_km.is_none()),
        ]
        .into_iter()
        .filter_map(|(slot, missing)| missing.then_some(slot))
        .collect()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These slots with what a later message says put over them. Another car (make or model) leaves behind what
    /// described the first one only: trim, engine, gearbox, fuel and body; year, mileage, place and colour stay
    /// until they are said anew.
    #[must_use]
    pub fn merge(self, later: Self) -> Self {
        let differs = |old: &Option<String>, new: &Option<String>| matches!((old, new), (Some(a), Some(b)) if a != b);
        let other_make = differs(&self.make, &later.make);
        let other_car = other_make || differs(&self.model, &later.model);
        let own = if other_car {
            Self::default()
        } else {
            self.clone()
        };
        Self {
            make: later.make.or(self.make),
            model: later.model.or(if other_make { None } else { self.model }),
            trim: later.trim.or(own.trim),
            year: later.year.or(self.year),
            mileage_km: later.mileage_km.or(self.mileage_km),
            transmission: later.transmission.or(own.transmission),
            fuel: later.fuel.or(own.fuel),
            body: later.body.or(own.body),
            engine_l: later.engine_l.or(own.engine_l),
            province: later.province.or(self.province),
            color: later.color.or(self.color),
        }
    }
}

/// The tokens that describe the car: names, engine, year, gearbox, fuel and body.
fn described(facts: &Facts) -> Vec<bool> {
    let mut described = facts.taken.clone();
    let quantities = facts.quantities.iter();
    let spans = quantities
        .filter(|q| matches!(q.measure, Measure::Litres | Measure::Year))
        .map(|q| &q.span)
        .chain(facts.transmission.iter().map(|(_, span)| span))
        .chain(facts.fuel.iter().map(|(_, span)| span))
        .chain(facts.body.iter().map(|(_, span)| span));
    for span in spans {
        described[span.clone()].fill(true);
    }
    described
}

/// The car that the message is about: the first one that is not merely wanted in exchange.
pub(super) fn subject<'c>(text: &Text, cars: &'c [Car]) -> Option<&'c Car> {
    let own = |car: &&Car| WANTED.before(text, car.span.start).is_none();
    let with_model = || cars.iter().filter(|car| car.model.is_some());
    with_model()
        .find(own)
        .or_else(|| with_model().next())
        .or_else(|| cars.first())
}

/// The tokens that may describe `car`: up to the next car, and before it where it is the first.
fn zone(text: &Text, cars: &[Car], car: &Car) -> Range<usize> {
    let next = cars
        .iter()
        .map(|other| other.span.start)
        .find(|start| *start >= car.span.end);
    let first = cars.first().is_some_and(|first| first.span == car.span);
    let start = if first { 0 } else { car.span.start };
    start..next.unwrap_or(text.len())
}

/// The model year: what is named one before what merely looks like one, and another event's never.
fn year(quantities: &[Quantity]) -> Option<i32> {
    let years = quantities
        .iter()
        .filter(|q| q.measure == Measure::Year && q.low == q.high);
    let sure = years.filter(|q| q.certainty > Some(0));
    // The first of equally sure ones.
    let best = sure.fold(None::<&Quantity>, |best, q| match best {
        Some(best) if best.certainty >= q.certainty => Some(best),
        _ => Some(q),
    });
    best.map(|q| q.low as i32)
}

/// Kilometres; in an answer a bare number of thousands too.
fn mileage(quantities: &[Quantity], asked: bool) -> Option<u32> {
    let named = quantities.iter().find(|q| q.measure == Measure::Km);
    let bare = || {
        quantities
            .iter()
            .find(|q| asked && q.measure == Measure::Bare && q.low >= 1000.0)
    };
    named.or_else(bare).map(|q| q.value().round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(json: &str) -> Slots {
        serde_json::from_str(json).expect("the case is written right")
    }

    #[test]
    fn a_message_fills_the_slots_it_speaks_of() {
        for (text, want) in [
            (
                "xe vios 2019 đi 4 vạn bán được bao nhiêu",
                r#"{"make":"Toyota","model":"Vios","year":2019,"mileage_km":40000}"#,
            ),
            (
                "vios e đang đi được 5 vạn",
                r#"{"make":"Toyota","model":"Vios","mileage_km":50000}"#,
            ),
            (
                "bán vios E 2018",
                r#"{"make":"Toyota","model":"Vios","trim":"E","year":2018}"#,
            ),
            ("mua năm 2021 xe đời 2018", r#"{"year":2018}"#),
            (
                "Mazda 3 2019 để mua CX-5 2022",
                r#"{"make":"Mazda","model":"3","year":2019}"#,
            ),
        ] {
            assert_eq!(Slots::read(&Message::read(text)), slots(want), "{text}");
        }
    }

    #[test]
    fn answers_are_read_by_what_is_missing() {
        let known = slots(r#"{"make":"Mazda","year":2019}"#);
        assert_eq!(
            Slots::read_reply(&Message::read("45000"), &known).mileage_km,
            Some(45_000)
        );
        assert_eq!(
            Slots::read_reply(&Message::read("6 vạn"), &known).mileage_km,
            Some(60_000)
        );
        assert_eq!(
            Slots::read_reply(&Message::read("dạ 3 ạ"), &known)
                .model
                .as_deref(),
            Some("3")
        );
        assert_eq!(
            Slots::read_reply(&Message::read("2018"), &Slots::default()).year,
            Some(2018)
        );
        assert_eq!(Slots::read(&Message::read("45000")).mileage_km, None);
    }

    #[test]
    fn later_turns_win_and_another_car_starts_anew() {
        let first =
            slots(r#"{"make":"Toyota","model":"Vios","trim":"G","year":2019,"engine_l":1.5}"#);
        let more = first
            .clone()
            .merge(slots(r#"{"mileage_km":40000,"year":2020}"#));
        let want = r#"{"make":"Toyota","model":"Vios","trim":"G","year":2020,"mileage_km":40000,"engine_l":1.5}"#;
        assert_eq!(more, slots(want));
        let other = more.merge(slots(r#"{"make":"Honda","model":"City"}"#));
        assert_eq!(
            other,
            slots(r#"{"make":"Honda","model":"City","year":2020,"mileage_km":40000}"#)
        );
        let make_only = first.merge(slots(r#"{"make":"Kia"}"#));
        assert_eq!(make_only.missing(), [Required::Model, Required::MileageKm]);
    }

    #[test]
    fn missing_ones_are_named_in_the_order_of_asking() {
        let names = serde_json::to_string(&Slots::default().missing()).expect("plain names");
        assert_eq!(names, r#"["make","model","year","mileage_km"]"#);
    }
}
