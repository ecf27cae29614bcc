//! Model years: `2018`, `đời 19`, `2k19`, `'19`, and words that say that a year is another one.

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::text::Text;

/// Model years that are taken for one.
pub(super) const YEARS: std::ops::RangeInclusive<u32> = 1980..=2030;

/// How surely a number is the model year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// `mua năm 2021`, `đăng kiểm tới 2027`: another event's year.
    OtherEvent,
    /// `đăng ký 2019`: most often the model year too.
    Registered,
    /// A bare year.
    Bare,
    /// `đời`, `sản xuất`, `model`.
    Named,
}

static CUES: LazyLock<Lexicon<Certainty>> = LazyLock::new(|| {
    use Certainty::{Named, OtherEvent, Registered};
    Lexicon::new([
        ("đời", Named),
        ("sx", Named),
        ("nsx", Named),
        ("sản xuất", Named),
        ("sản xuất năm", Named),
        ("model", Named),
        ("năm sx", Named),
        ("năm sản xuất", Named),
        ("mẫu năm", Named),
        ("phiên bản", Named),
        ("bản", Named),
        ("made in", Named),
        ("built in", Named),
        ("model year", Named),
        ("year", Named),
        ("from", Named),
        ("my", Named),
        ("đăng ký", Registered),
        ("đk", Registered),
        ("đkld", Registered),
        ("đăng ký lần đầu", Registered),
        ("registered", Registered),
        ("registered in", Registered),
        ("first registered", Registered),
        ("mua", OtherEvent),
        ("mua năm", OtherEvent),
        ("mua từ", OtherEvent),
        ("mua hồi", OtherEvent),
        ("mua lại", OtherEvent),
        ("mua lại năm", OtherEvent),
        ("lấy", OtherEvent),
        ("bought in", OtherEvent),
        ("bought", OtherEvent),
        ("purchased in", OtherEvent),
        ("đăng kiểm", OtherEvent),
        ("hạn", OtherEvent),
        ("đến hết", OtherEvent),
        ("đến tháng", OtherEvent),
        ("bảo hiểm", OtherEvent),
        ("hạn đến", OtherEvent),
        ("until", OtherEvent),
        ("inspected until", OtherEvent),
        ("inspection until", OtherEvent),
        ("sơn lại", OtherEvent),
        ("thay", OtherEvent),
        ("ra biển", OtherEvent),
        ("bán", OtherEvent),
    ])
});

/// Words that may stand between a cue and its year.
static LINKS: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "năm", "tới", "đến", "hết", "còn", "là", "từ", ":", "the", "of", "tháng", "in", "it", "tu",
        "den", "toi", "cuối", "đầu", "vào", "hồi", "cả", "trước", "sau", "trên", "dưới", "ngoài",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

/// The year written at `start`, how surely it is the car's, and the token behind it.
pub(super) fn year_at(text: &Text, start: usize) -> Option<(u32, Certainty, usize)> {
    let (cue, object) = cue_before(text, start);
    let certainty = cue.unwrap_or(Certainty::Bare);
    let value = text.small_integer(start)?;
    let digits = text.plain(start).len();
    if digits == 4 && YEARS.contains(&value) {
        // `mua xe 2019` wants a car of 2019, `mua năm 2019` tells when.
        let certainty = if object && certainty == Certainty::OtherEvent {
            Certainty::Bare
        } else {
            certainty
        };
        return Some((value, certainty, start + 1));
    }
    // 2k19
    if value == 2 && text.plain(start + 1) == "k" && text.glued(start + 1) && text.glued(start + 2)
    {
        let short = text
            .small_integer(start + 2)
            .filter(|_| text.plain(start + 2).len() <= 2)?;
        return (short <= 30).then_some((2000 + short, Certainty::Named.max(certainty), start + 3));
    }
    let quoted = start > 0 && matches!(text.plain(start - 1), "'" | "’") && text.glued(start);
    let named = matches!(cue, Some(Certainty::Named)) && named_directly(text, start);
    if digits == 2 && (quoted || named) {
        let century = if value <= 30 { 2000 } else { 1900 };
        let year = century + value;
        return YEARS
            .contains(&year)
            .then_some((year, Certainty::Named, start + 1));
    }
    None
}

/// The cue in front of `start`, and whether the word before the year is `xe` or another object of the verb.
fn cue_before(text: &Text, start: usize) -> (Option<Certainty>, bool) {
    let mut at = start;
    let object = start > 0 && matches!(text.plain(start - 1), "xe" | "con" | "chiec" | "car");
    for _ in 0..4 {
        if let Some((_, certainty)) = CUES.before(text, at) {
            return (Some(certainty), object);
        }
        let Some((begin, ())) = LINKS.before(text, at) else {
            break;
        };
        at = begin;
    }
    (None, object)
}

/// `đời 19` and `model 19`, but not `từ 19`.
fn named_directly(text: &Text, start: usize) -> bool {
    static DIRECT: LazyLock<Lexicon<()>> = LazyLock::new(|| {
        Lexicon::new(
            ["đời", "model", "sx", "sản xuất", "đời năm", "năm sx", "nsx"].map(|word| (word, ())),
        )
    });
    DIRECT.before(text, start).is_some()
}
