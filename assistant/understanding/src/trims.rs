//! The trim of a car whose model is known: the catalogue's trim words and badges, in its spelling.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use datasets::Catalogue;
use datasets::catalogue::Model;
use datasets::text::key;
use datasets::vocabulary::{Body, Fuel, Transmission};

use super::lexicon::Lexicon;
use super::names::Car;
use super::numbers::{Measure, Quantity, is_unit_word};
use super::text::{Kind, Text};

/// Trim words that messages use for other things too: they count only beside what describes the car.
const SHY: &[&str] = &[
    "van",
    "full",
    "base",
    "top",
    "pro",
    "sport",
    "city",
    "mid",
    "high",
    "light",
    "air",
    "pop",
    "pure",
    "blue",
    "max",
    "star",
    "eco",
    "cross",
    "black",
    "speed",
    "design",
    "standard",
    "special",
    "super",
    "joy",
    "gold",
    "style",
    "classic",
    "comfort",
    "plus",
    "business",
    "active",
    "performance",
    "elite",
    "urban",
    "touring",
    "edition",
    "series",
    "line",
    "royal",
    "noble",
    "medium",
    "long",
    "range",
    "first",
    "master",
    "reserve",
    "ultra",
    "country",
    "com",
    "del",
    "limited",
    "lite",
    "azure",
    "storm",
    "badge",
    "label",
    "works",
    "new",
    "all",
    "trend",
    "summit",
    "suv",
    "passion",
    "custom",
    "advanced",
    "ambition",
    "rong",
];

/// Words that announce a trim.
static CUES: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::new(
        [
            "bản",
            "phiên bản",
            "version",
            "trim",
            "edition",
            "loại",
            "dòng",
            "model",
            "variant",
        ]
        .map(|word| (word, ())),
    )
});

/// Words that describe a car without being its trim: a trim may stand behind them.
static DESCRIPTIVE: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "turbo",
        "4 x 2",
        "4 x 4",
        "awd",
        "2wd",
        "4wd",
        "fwd",
        "rwd",
        "mivec",
        "facelift",
        "nhập",
        "nhập khẩu",
        "một cầu",
        "hai cầu",
        "1 cầu",
        "2 cầu",
        "tdci",
        "crdi",
        "all new",
        "new",
        "đời",
        "bản",
        "phiên bản",
        "đời mới",
        "form mới",
        "l",
        "máy",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

/// Trims of any model, taken behind a cue.
static GENERAL: LazyLock<Lexicon<&'static str>> = LazyLock::new(|| {
    Lexicon::new([
        ("đặc biệt", "Đặc biệt"),
        ("tiêu chuẩn", "Tiêu chuẩn"),
        ("cao cấp", "Cao cấp"),
        ("nâng cao", "Nâng cao"),
        ("thể thao", "Thể thao"),
        ("full", "Full"),
        ("full option", "Full"),
        ("đủ", "Full"),
        ("premium", "Premium"),
        ("luxury", "Luxury"),
        ("deluxe", "Deluxe"),
        ("standard", "Standard"),
        ("signature", "Signature"),
        ("titanium", "Titanium"),
        ("limited", "Limited"),
        ("sport", "Sport"),
        ("plus", "Plus"),
        ("base", "Base"),
        ("eco", "Eco"),
    ])
});

/// Spellings of a model's trims.
struct Names {
    /// Key and spelling.
    spelled: Vec<(String, String)>,
}

/// Of every model of the catalogue, made when it is first named.
static NAMES: LazyLock<Vec<Vec<OnceLock<Names>>>> = LazyLock::new(|| {
    let makes = Catalogue::embedded().makes().iter();
    makes
        .map(|make| make.models.iter().map(|_| OnceLock::new()).collect())
        .collect()
});

impl Names {
    fn of_car(car: &Car) -> Option<&'static Self> {
        let (model, (make, position)) = (car.model?, car.position?);
        Some(NAMES[make][position].get_or_init(|| Self::of(model)))
    }

    fn of(model: &Model) -> Self {
        let mut spelled: Vec<(String, String)> = Vec::new();
        let mut keep = |name: &str| {
            let name_key = key(name);
            let other_slot = Transmission::parse(name).is_some()
                || Fuel::parse(name).is_some()
                || Body::parse(name).is_some();
            if !name_key.is_empty()
                && (!other_slot || name.contains(' '))
                && spelled.iter().all(|(known, _)| *known != name_key)
            {
                spelled.push((name_key, name.to_owned()));
            }
        };
        for trim in &model.trims {
            keep(trim);
        }
        for badge in &model.designations {
            let letter = badge.starts_with(|c: char| c.is_alphabetic());
            keep(&if letter {
                badge.to_uppercase()
            } else {
                badge.clone()
            });
        }
        for trim in &model.trims {
            // `Đặc biệt` is one word in two syllables.
            if trim.is_ascii() {
                trim.split(' ').for_each(&mut keep);
            }
        }
        // Words that the trims of most makes share are spelled by many who mean these.
        if model.trims.iter().any(|trim| trim == "Wildtrak") {
            spelled.push(("wildtrack".to_owned(), "Wildtrak".to_owned()));
        }
        Self { spelled }
    }

    fn get(&self, name_key: &str) -> Option<&str> {
        self.spelled
            .iter()
            .find(|(known, _)| known == name_key)
            .map(|(_, spelled)| spelled.as_str())
    }
}

/// A trim and the tokens that name it.
pub(super) struct Trim {
    pub(super) name: String,
    pub(super) spans: Vec<Range<usize>>,
}

/// The trim of `car` in the tokens of `zone`; `described` marks the tokens that describe the car otherwise.
pub(super) fn trim(
    text: &Text,
    car: &Car,
    zone: Range<usize>,
    quantities: &[Quantity],
    described: Vec<bool>,
) -> Option<Trim> {
    let names = Names::of_car(car)?;
    let mut counted = vec![false; text.len()];
    for quantity in quantities {
        if !matches!(quantity.measure, Measure::Bare | Measure::Litres) {
            counted[quantity.span.clone()].fill(true);
        }
    }
    let mut reader = Reader {
        text,
        car,
        counted,
        described,
    };
    for (span, ()) in DESCRIPTIVE.all(text) {
        reader.described[span].fill(true);
    }
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let mut index = zone.start;
    while index < zone.end {
        let hit = reader.at(names, index, zone.end);
        index = match hit {
            Some((name, span)) => {
                let end = span.end;
                span.clone()
                    .for_each(|token| reader.described[token] = true);
                if !found.iter().any(|(known, _)| *known == name) {
                    found.push((name, span));
                }
                end
            }
            None => index + 1,
        };
    }
    let words: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let name = words.join(" ");
    (!words.is_empty()).then(|| Trim {
        name,
        spans: found.iter().map(|(_, span)| span.clone()).collect(),
    })
}

struct Reader<'t> {
    text: &'t Text,
    car: &'t Car,
    /// Tokens of quantities that say what they measure.
    counted: Vec<bool>,
    described: Vec<bool>,
}

impl Reader<'_> {
    fn at(&self, names: &Names, start: usize, end: usize) -> Option<(String, Range<usize>)> {
        let badge = self
            .car
            .badge
            .as_ref()
            .filter(|badge| badge.contains(&start));
        if self.car.span.contains(&start) && badge.is_none() {
            return None;
        }
        let cued = CUES.before(self.text, start).is_some();
        if cued && let Some((length, name)) = GENERAL.at(self.text, start) {
            let own = names.get(&key(name)).unwrap_or(name);
            return Some((own.to_owned(), start..start + length));
        }
        let mut name_key = String::new();
        let mut best = None;
        for last in start..end.min(start + 5) {
            let token = &self.text.tokens[last];
            if token.kind == Kind::Mark {
                let joint = matches!(token.lower(), "-" | ":" | "/")
                    && token.glued
                    && self.text.glued(last + 1);
                if joint && last > start {
                    continue;
                }
                break;
            }
            name_key.extend(token.plain().chars().filter(|c| c.is_alphanumeric()));
            let span = start..last + 1;
            if let Some(name) = names.get(&name_key)
                && self.means_trim(&name_key, &span, cued)
            {
                best = Some((name.to_owned(), span));
            }
        }
        best
    }

    /// Whether the words of `span`, which name a trim, mean it where they stand.
    fn means_trim(&self, name_key: &str, span: &Range<usize>, cued: bool) -> bool {
        if self
            .car
            .badge
            .as_ref()
            .is_some_and(|badge| badge.start == span.start)
        {
            return true;
        }
        if self.counted[span.clone()].contains(&true) {
            return false;
        }
        let accented = self.text.tokens[span.clone()]
            .iter()
            .any(|token| !token.is_plain());
        if accented && !name_key.contains(char::is_alphabetic) {
            return false;
        }
        let beside = cued || span.start > 0 && self.described[span.start - 1];
        let first_is_number = self.text.is_number(span.start);
        if first_is_number {
            let behind_name = span.start == self.car.span.end;
            let word = span.len() > 1 && self.text.glued(span.start + 1);
            return (behind_name || beside && word) && !is_unit_word(self.text, span.end);
        }
        let letters = name_key.len();
        if name_key == "sx" && (self.text.is_number(span.end) || self.text.plain(span.end) == "nam")
        {
            return false;
        }
        if letters == 1 {
            return beside && self.letter_is_trim(span);
        }
        // A slip of the tongue in Vietnamese (`cả`, `đi`) is no trim of two letters.
        if letters == 2 || SHY.contains(&name_key) {
            return beside && !accented;
        }
        true
    }

    /// `1.5G`, `bản E`, `Vios G 2019`; but the `e` of `vios e đang đi` is a person.
    fn letter_is_trim(&self, span: &Range<usize>) -> bool {
        let token = &self.text.tokens[span.start];
        let next = span.end;
        let ends = self.text.kind(next) != Some(Kind::Word) || self.described[next];
        (token.capital && token.is_plain())
            || (token.glued && token.is_plain())
            || (token.is_plain() && (ends || CUES.before(self.text, span.start).is_some()))
    }
}
