//! What a message wants of the assistant, by rules.
//!
//! Phrases (`data/intents.toml`), cars and limits found in the message add to the scores of the six intents. The
//! distance between the best two is the confidence, so that the caller may ask embeddings or an LLM when it is
//! small.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::filters::Filters;
use super::lexicon::Lexicon;
use super::message::Message;
use super::numbers::{Bound, Measure};
use super::slots::Slots;
use super::text::Text;

/// What the assistant can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Facts of a model.
    CarSpecs,
    /// Cars for sale.
    CarListing,
    /// How the marketplace works, and what to know about buying and selling.
    Faq,
    /// Cars side by side.
    CarCompare,
    /// The user's own account, listings and saved cars.
    UserInfo,
    /// What a car is worth.
    CarValuation,
}

impl Intent {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::CarSpecs,
        Self::CarListing,
        Self::Faq,
        Self::CarCompare,
        Self::UserInfo,
        Self::CarValuation,
    ];

    /// The intent of this name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == name)
    }

    /// The name in replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CarSpecs => "car_specs",
            Self::CarListing => "car_listing",
            Self::Faq => "faq",
            Self::CarCompare => "car_compare",
            Self::UserInfo => "user_info",
            Self::CarValuation => "car_valuation",
        }
    }
}

/// Lists of phrases in the data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Group {
    Compare,
    Choice,
    Specs,
    Price,
    HowMuch,
    Valuation,
    OwnCar,
    Sell,
    Search,
    Look,
    Offer,
    Account,
    Possession,
    Visit,
    Process,
    How,
    Trouble,
    Service,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    compare: Vec<String>,
    choice: Vec<String>,
    specs: Vec<String>,
    price: Vec<String>,
    how_much: Vec<String>,
    valuation: Vec<String>,
    own_car: Vec<String>,
    sell: Vec<String>,
    search: Vec<String>,
    look: Vec<String>,
    offer: Vec<String>,
    account: Vec<String>,
    possession: Vec<String>,
    visit: Vec<String>,
    process: Vec<String>,
    how: Vec<String>,
    trouble: Vec<String>,
    service: Vec<String>,
}

/// All phrases; one may stand in several groups.
static CUES: LazyLock<Lexicon<Group>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../data/intents.toml"))
        .expect("the embedded file is checked by this crate's tests");
    let groups = [
        (Group::Compare, &file.compare),
        (Group::Choice, &file.choice),
        (Group::Specs, &file.specs),
        (Group::Price, &file.price),
        (Group::HowMuch, &file.how_much),
        (Group::Valuation, &file.valuation),
        (Group::OwnCar, &file.own_car),
        (Group::Sell, &file.sell),
        (Group::Search, &file.search),
        (Group::Look, &file.look),
        (Group::Offer, &file.offer),
        (Group::Account, &file.account),
        (Group::Possession, &file.possession),
        (Group::Visit, &file.visit),
        (Group::Process, &file.process),
        (Group::How, &file.how),
        (Group::Trouble, &file.trouble),
        (Group::Service, &file.service),
    ];
    let phrases = groups
        .into_iter()
        .flat_map(|(group, phrases)| phrases.iter().map(move |phrase| (phrase.as_str(), group)));
    Lexicon::new(phrases)
});

/// How many groups there are.
const GROUPS: usize = Group::Service as usize + 1;

/// Most phrases of a group that count.
const MOST_CUES: usize = 3;

/// How many phrases of each group the message has, none inside another of its group.
fn counts(text: &Text) -> [usize; GROUPS] {
    let (mut counts, mut free) = ([0; GROUPS], [0; GROUPS]);
    for index in 0..text.len() {
        for (length, group) in CUES.each_at(text, index) {
            let group = group as usize;
            if index >= free[group] {
                counts[group] += 1;
                free[group] = index + length;
            }
        }
    }
    counts
}

/// What the rules look at.
struct Signs {
    slots: Slots,
    filters: Filters,
    counts: [usize; GROUPS],
    /// Models named.
    models: usize,
    /// Makes or models named.
    cars: usize,
    /// Slots of a valuation beyond make and model.
    facts: usize,
    /// Conditions that only a search has: bounds of price, year and mileage, seats, body.
    limits: usize,
    /// Words of the message.
    words: usize,
}

impl Signs {
    fn of(message: &Message) -> Self {
        let (expanded, text) = message.spelled_out();
        let cars = message.cars();
        let slots = Slots::read(message);
        let filters = Filters::read(message);
        // A car with its year describes itself by fuel and body; a search limits by them.
        let described = slots.model.is_some() && slots.year.is_some();
        let bounded = |measure| {
            let quantities = &message.facts().quantities;
            quantities
                .iter()
                .any(|q| q.measure == measure && q.bound != Bound::Exact)
        };
        let limits = [
            bounded(Measure::Vnd) || bounded(Measure::Bare) && filters.price_max_vnd.is_some(),
            filters.year_min != filters.year_max,
            bounded(Measure::Km) && slots.year.is_none(),
            filters.seats.is_some(),
            filters.body.is_some() && !described,
            filters.fuel.is_some() && !described,
        ];
        let mut signs = Self {
            counts: counts(text),
            models: cars.iter().filter(|car| car.model.is_some()).count(),
            cars: cars.len(),
            facts: usize::from(slots.year.is_some()) + usize::from(slots.mileage_km.is_some()),
            limits: limits.into_iter().filter(|limit| *limit).count(),
            words: expanded.split_whitespace().count(),
            slots,
            filters,
        };
        // `có 450 triệu mua được xe gì`: an amount that one wants to spend.
        let to_spend = signs.has(Group::Look) && signs.facts == 0 && !signs.has(Group::Trouble);
        if to_spend && signs.filters.price_max_vnd.is_some() && !bounded(Measure::Vnd) {
            signs.limits += 1;
        }
        signs
    }

    fn count(&self, group: Group) -> f64 {
        self.counts[group as usize].min(MOST_CUES) as f64
    }

    fn has(&self, group: Group) -> bool {
        self.count(group) > 0.0
    }
}

/// The intent of `message` and how sure the rules are of it, from 0 to 1. `pending` is the intent of the turn
/// before where it still waits for an answer: a bare `45000 km` then goes on with the valuation.
pub fn intent(message: &Message, pending: Option<Intent>) -> (Intent, f32) {
    let signs = Signs::of(message);
    let (best, confidence) = rank(&signs);
    let sure_of_another = |pending| best != pending && confidence >= SURE;
    match pending.filter(|pending| answers(message, &signs, *pending)) {
        Some(pending) if !sure_of_another(pending) => (pending, CONTINUED),
        _ => (best, confidence),
    }
}

/// Confidence from which a message is something new although it could answer what is pending.
const SURE: f32 = 0.6;

/// Confidence in an answer to what is pending.
const CONTINUED: f32 = 0.9;

/// The best intent by score; the distance to the second says how sure it is.
fn rank(signs: &Signs) -> (Intent, f32) {
    let mut scores = scores(signs);
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (best, first) = scores[0];
    let second = scores[1].1.max(0.0);
    // That nothing else was found is no evidence.
    let evidence = if best == Intent::Faq {
        first - FAQ_BASE
    } else {
        first
    };
    let confidence = if evidence <= 0.0 {
        0.2
    } else {
        0.4 + 0.6 * (first - second) / (first + 1.0)
    };
    (best, confidence.clamp(0.0, 1.0) as f32)
}

/// Whether the message may be an answer to the pending turn: it gives facts and asks nothing else.
fn answers(message: &Message, signs: &Signs, pending: Intent) -> bool {
    let other = [
        Group::Compare,
        Group::Specs,
        Group::Process,
        Group::Service,
        Group::Account,
    ];
    if other.iter().any(|group| signs.has(*group)) {
        return false;
    }
    match pending {
        Intent::CarValuation => {
            // What is said without being asked for is said in an answer too, so that the rest need not be read again.
            !signs.slots.is_empty()
                || bare_number(message)
                || !Slots::read_reply(message, &Slots::default()).is_empty()
        }
        Intent::CarListing => !signs.filters.is_empty() && !signs.has(Group::Valuation),
        Intent::CarSpecs | Intent::CarCompare => {
            signs.models > 0 && !signs.has(Group::Price) && signs.limits == 0
        }
        Intent::Faq | Intent::UserInfo => false,
    }
}

/// A number with next to nothing around it.
fn bare_number(message: &Message) -> bool {
    let text = message.text();
    text.len() <= 4 && (0..text.len()).any(|index| text.is_number(index))
}

fn scores(signs: &Signs) -> Vec<(Intent, f64)> {
    let count = |group| signs.count(group);
    let has = |group| signs.has(group);
    let weight = |holds: bool, value: f64| if holds { value } else { 0.0 };
    let car = signs.cars > 0;
    let several = signs.models >= 2 || signs.cars >= 2;
    let trouble = count(Group::Trouble).min(2.0);
    // How the marketplace works, as far as a message without a car in it is about that.
    let about_service = (count(Group::Process) + count(Group::Service)).min(3.0);
    // Who wants one of the services says so in a few words; who tells a story asks what to do about it.
    let story = (signs.words as f64 - 12.0).clamp(0.0, 8.0) / 8.0;

    let mut compare = count(Group::Compare) * if several || car { 2.0 } else { 0.5 };
    compare += weight(several, 1.5) + weight(several && has(Group::Choice), 1.5);

    let specs = count(Group::Specs) * if car { 2.5 } else { 0.7 };

    let about_car = car || signs.facts > 0;
    let prices = count(Group::Price) + weight(!has(Group::Specs), count(Group::HowMuch));
    let mut valuation = count(Group::Valuation) * 2.0;
    valuation += prices.min(2.0) * if about_car { 1.6 } else { 0.4 };
    valuation += weight(about_car && prices > 0.0, signs.facts as f64 * 0.8);
    valuation += weight(
        has(Group::OwnCar) && (prices > 0.0 || has(Group::Valuation)),
        0.8,
    );
    // A car with its year or mileage and nothing asked wants its price.
    valuation += weight(car && signs.facts > 0, 0.6 + signs.facts as f64 * 0.4);
    valuation += weight(car && has(Group::Sell), 1.5);
    valuation -= weight(!car, about_service * 1.2 + count(Group::How) + story * 2.0) + trouble;

    let sought = if car || signs.limits > 0 { 1.2 } else { 0.0 };
    let mut listing = count(Group::Search).min(2.0) * 1.8 + count(Group::Look).min(2.0) * sought;
    listing += count(Group::Offer).min(2.0) * 1.5;
    listing -= weight(has(Group::Sell), 1.5);
    // Conditions and nothing else; `giá` before a limit of it asks for no price.
    let plainly = about_service + trouble == 0.0 && (prices == 0.0 || !about_car);
    listing += signs.limits as f64 * if plainly { 1.4 } else { 0.9 };
    listing += weight(car && (has(Group::Search) || has(Group::Offer)), 0.8);
    listing -= weight(has(Group::Valuation), 2.5) + trouble;
    listing -= weight(prices > 0.0 && signs.facts > 0 && !has(Group::Search), 1.5);
    listing -= weight(
        !car,
        about_service * if signs.limits == 0 { 1.0 } else { 0.5 },
    );
    listing -= weight(has(Group::Account), 1.0);

    let mut user = weight(
        has(Group::Account) && has(Group::Possession),
        2.0 + count(Group::Account).min(2.0) * 0.6,
    );
    user += weight(has(Group::Account) && has(Group::Visit), 1.2);
    user -= count(Group::How).min(2.0) * 1.5
        + count(Group::Process).min(2.0) * 0.7
        + trouble * 1.5
        + story * 2.0;

    let mut faq = FAQ_BASE
        + count(Group::Process).min(3.0)
        + count(Group::Service).min(3.0) * 0.9
        + trouble * 0.8;
    faq -= weight(car, 0.8) + weight(signs.facts > 0, 0.6);
    // What is one's own is not a question of how things work.
    faq -= weight(
        has(Group::Possession) && has(Group::Account) && !has(Group::How),
        1.0,
    );

    vec![
        (Intent::CarCompare, compare),
        (Intent::CarSpecs, specs),
        (Intent::CarValuation, valuation),
        (Intent::CarListing, listing),
        (Intent::UserInfo, user),
        (Intent::Faq, faq),
    ]
}

/// What speaks for a FAQ question before anything is known.
const FAQ_BASE: f64 = 1.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_on_with_what_is_pending() {
        let valuation = Some(Intent::CarValuation);
        for (text, pending, want) in [
            ("45000 km", valuation, Intent::CarValuation),
            ("45000", valuation, Intent::CarValuation),
            ("đời 2019", valuation, Intent::CarValuation),
            ("Kia Morning", valuation, Intent::CarValuation),
            ("đặt cọc thế nào?", valuation, Intent::Faq),
            ("tìm Vios dưới 400 triệu", valuation, Intent::CarListing),
            (
                "dưới 500 triệu thôi",
                Some(Intent::CarListing),
                Intent::CarListing,
            ),
            ("còn Fortuner?", Some(Intent::CarSpecs), Intent::CarSpecs),
        ] {
            assert_eq!(intent(&Message::read(text), pending).0, want, "{text}");
        }
    }

    #[test]
    fn clear_messages_are_surer_than_vague_ones() {
        let clear = intent(
            &Message::read("định giá giúp mình con Vios 2019 đi 4 vạn"),
            None,
        );
        let vague = intent(&Message::read("xe cũ"), None);
        assert_eq!(clear.0, Intent::CarValuation);
        assert!(clear.1 > 0.6 && vague.1 < 0.6, "{clear:?} {vague:?}");
    }

    #[test]
    fn names_are_those_of_the_contract() {
        for intent in Intent::ALL {
            let name = serde_json::to_value(intent).expect("a plain name");
            assert_eq!(name, intent.as_str());
            assert_eq!(Intent::from_name(intent.as_str()), Some(intent));
        }
        assert_eq!(Intent::from_name("car"), None);
    }
}
