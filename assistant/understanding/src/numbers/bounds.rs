//! Words around an amount that make it a bound: `dưới`, `trở lên`, `khoảng`, `at least`.

use std::sync::LazyLock;

use super::quantity::Bound;
use crate::lexicon::Lexicon;
use crate::text::Text;

static BEFORE: LazyLock<Lexicon<Bound>> = LazyLock::new(|| {
    use Bound::{Above, Around, AtLeast, AtMost, Below};
    Lexicon::new([
        ("dưới", AtMost),
        ("không quá", AtMost),
        ("ko quá", AtMost),
        ("k quá", AtMost),
        ("không hơn", AtMost),
        ("không vượt quá", AtMost),
        ("chưa tới", AtMost),
        ("chưa đến", AtMost),
        ("tối đa", AtMost),
        ("tối đa là", AtMost),
        ("cao nhất", AtMost),
        ("max", AtMost),
        ("nhỏ hơn", AtMost),
        ("thấp hơn", AtMost),
        ("ít hơn", AtMost),
        ("rẻ hơn", AtMost),
        ("đến", AtMost),
        ("tới", AtMost),
        ("under", AtMost),
        ("below", AtMost),
        ("less than", AtMost),
        ("lower than", AtMost),
        ("fewer than", AtMost),
        ("cheaper than", AtMost),
        ("up to", AtMost),
        ("no more than", AtMost),
        ("not more than", AtMost),
        ("not over", AtMost),
        ("not exceeding", AtMost),
        ("at most", AtMost),
        ("maximum", AtMost),
        ("maximum of", AtMost),
        ("within", AtMost),
        ("<", AtMost),
        ("≤", AtMost),
        ("trước", Below),
        ("trước năm", Below),
        ("cũ hơn", Below),
        ("before", Below),
        ("older than", Below),
        ("earlier than", Below),
        ("trên", AtLeast),
        ("từ", AtLeast),
        ("kể từ", AtLeast),
        ("tối thiểu", AtLeast),
        ("tối thiểu là", AtLeast),
        ("ít nhất", AtLeast),
        ("thấp nhất", AtLeast),
        ("hơn", AtLeast),
        ("over", AtLeast),
        ("above", AtLeast),
        ("from", AtLeast),
        ("since", AtLeast),
        ("at least", AtLeast),
        ("no less than", AtLeast),
        ("not less than", AtLeast),
        ("more than", AtLeast),
        ("min", AtLeast),
        ("minimum", AtLeast),
        (">", AtLeast),
        ("≥", AtLeast),
        ("starting at", AtLeast),
        ("not older than", AtLeast),
        ("no older than", AtLeast),
        ("not before", AtLeast),
        ("không cũ hơn", AtLeast),
        ("không dưới", AtLeast),
        ("sau", Above),
        ("sau năm", Above),
        ("mới hơn", Above),
        ("after", Above),
        ("newer than", Above),
        ("later than", Above),
        ("khoảng", Around),
        ("tầm", Around),
        ("cỡ", Around),
        ("chừng", Around),
        ("quanh", Around),
        ("loanh quanh", Around),
        ("xấp xỉ", Around),
        ("gần", Around),
        ("ngót", Around),
        ("~", Around),
        ("≈", Around),
        ("around", Around),
        ("about", Around),
        ("roughly", Around),
        ("approximately", Around),
        ("circa", Around),
        ("near", Around),
        ("close to", Around),
    ])
});

static AFTER: LazyLock<Lexicon<Bound>> = LazyLock::new(|| {
    use Bound::{AtLeast, AtMost};
    Lexicon::new([
        ("trở lên", AtLeast),
        ("đổ lên", AtLeast),
        ("trở đi", AtLeast),
        ("đổ đi", AtLeast),
        ("về sau", AtLeast),
        ("lên", AtLeast),
        ("+", AtLeast),
        ("or newer", AtLeast),
        ("or later", AtLeast),
        ("or more", AtLeast),
        ("or above", AtLeast),
        ("or up", AtLeast),
        ("and up", AtLeast),
        ("and above", AtLeast),
        ("and newer", AtLeast),
        ("and later", AtLeast),
        ("onwards", AtLeast),
        ("onward", AtLeast),
        ("upwards", AtLeast),
        ("trở xuống", AtMost),
        ("đổ xuống", AtMost),
        ("đổ lại", AtMost),
        ("trở lại", AtMost),
        ("quay đầu", AtMost),
        ("quay lại", AtMost),
        ("là tối đa", AtMost),
        ("tối đa", AtMost),
        ("max", AtMost),
        ("maximum", AtMost),
        ("or less", AtMost),
        ("or below", AtMost),
        ("or under", AtMost),
        ("or cheaper", AtMost),
        ("or older", AtMost),
        ("or earlier", AtMost),
        ("and below", AtMost),
        ("tops", AtMost),
    ])
});

static FILLERS: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "giá",
        "đời",
        "năm",
        "mức",
        "là",
        "sx",
        "sản xuất",
        "model",
        "odo",
        "đi",
        "chạy",
        "tiền",
        "vnd",
        "the",
        "year",
        "price",
        "a",
        "of",
        "giá bán",
        "mức giá",
        "khoảng",
        "tầm",
        "xe",
        "cỡ",
        ":",
        "được",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

/// Most fillers between an amount and the word that bounds it.
const MOST_FILLERS: usize = 8;

/// The bound that the words in front of `start` and behind `end` put on the amount between them, and the token
/// behind those words.
pub(super) fn around(text: &Text, start: usize, end: usize) -> (Bound, usize) {
    if let Some((length, bound)) = AFTER.at(text, end) {
        return (bound, end + length);
    }
    let mut at = start;
    let mut approximate = false;
    for _ in 0..MOST_FILLERS {
        match BEFORE.before(text, at) {
            // `tầm dưới 500tr` is a bound, `dưới tầm 500tr` as well.
            Some((begin, Bound::Around)) => (at, approximate) = (begin, true),
            Some((_, bound)) => return (bound, end),
            None => match FILLERS.before(text, at) {
                Some((begin, ())) => at = begin,
                None => break,
            },
        }
    }
    let bound = if approximate {
        Bound::Around
    } else {
        Bound::Exact
    };
    (bound, end)
}

/// Whether a span's first half may stand before this word: `400 - 500`, `từ 1 đến 2 tỷ`, `between 1 and 2`.
pub(super) fn joins(text: &Text, index: usize, opened: bool) -> Option<usize> {
    static ALWAYS: LazyLock<Lexicon<()>> = LazyLock::new(|| {
        let words = [
            "-",
            "–",
            "—",
            "~",
            "đến",
            "tới",
            "to",
            "->",
            "đến khoảng",
            "đến tầm",
            "đến năm",
            "cho đến",
            "đến đời",
            "until",
            "till",
            "through",
        ];
        Lexicon::new(words.map(|word| (word, ())))
    });
    static OPENED: LazyLock<Lexicon<()>> =
        LazyLock::new(|| Lexicon::new(["and", "và", "lên", "lên tới"].map(|word| (word, ()))));
    let found = ALWAYS
        .at(text, index)
        .or_else(|| OPENED.at(text, index).filter(|_| opened));
    found.map(|(length, ())| length)
}

/// Whether a span is announced before `start`: `từ …`, `giữa …`, `between …`.
pub(super) fn opens_span(text: &Text, start: usize) -> bool {
    static OPENERS: LazyLock<Lexicon<()>> = LazyLock::new(|| {
        Lexicon::new(
            ["từ", "giữa", "between", "from", "trong khoảng", "khoảng"].map(|word| (word, ())),
        )
    });
    let mut at = start;
    for _ in 0..MOST_FILLERS {
        if OPENERS.before(text, at).is_some() {
            return true;
        }
        match FILLERS.before(text, at) {
            Some((begin, ())) => at = begin,
            None => return false,
        }
    }
    false
}
