//! The colour of a car in running text.

use std::ops::Range;
use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::text::{Kind, Text};

static COLOURS: LazyLock<Lexicon<&'static str>> = LazyLock::new(|| {
    Lexicon::new([
        ("trắng", "Trắng"),
        ("đen", "Đen"),
        ("đỏ", "Đỏ"),
        ("bạc", "Bạc"),
        ("xám", "Xám"),
        ("xanh", "Xanh"),
        ("nâu", "Nâu"),
        ("vàng", "Vàng"),
        ("ghi", "Ghi"),
        ("cam", "Cam"),
        ("tím", "Tím"),
        ("hồng", "Hồng"),
        ("be", "Be"),
        ("kem", "Kem"),
        ("white", "Trắng"),
        ("black", "Đen"),
        ("red", "Đỏ"),
        ("silver", "Bạc"),
        ("grey", "Xám"),
        ("gray", "Xám"),
        ("blue", "Xanh"),
        ("green", "Xanh"),
        ("brown", "Nâu"),
        ("yellow", "Vàng"),
        ("gold", "Vàng"),
        ("orange", "Cam"),
        ("beige", "Be"),
        ("purple", "Tím"),
        ("pink", "Hồng"),
    ])
});

static COLOUR_CUES: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::new(
        [
            "màu",
            "mầu",
            "mau",
            "màu sơn",
            "sơn",
            "màu xe",
            "color",
            "colour",
            "in",
            "painted",
            "ngoại thất",
        ]
        .map(|word| (word, ())),
    )
});

/// Words before a colour that is not the car's.
static NOT_COLOURS: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "biển",
        "biển số",
        "nội thất",
        "đèn",
        "ghế",
        "vạch",
        "sổ",
        "viền",
        "nóc",
        "lazang",
        "mâm",
        "interior",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

/// Colours that are other words too often to be taken without `màu` in front.
const SHY: &[&str] = &["Ghi", "Cam", "Be", "Kem", "Hồng", "Vàng", "Xanh", "Tím"];

/// The colour of the car, as Vietnamese sites print it.
pub(super) fn colour(text: &Text, taken: &[bool]) -> Option<(&'static str, Range<usize>)> {
    let found: Vec<(Range<usize>, &'static str)> = COLOURS
        .all(text)
        .into_iter()
        .filter(|(span, _)| !taken[span.start] && NOT_COLOURS.before(text, span.start).is_none())
        .collect();
    let cued = found.iter().find(|(span, _)| {
        COLOUR_CUES
            .before(text, span.start)
            .is_some_and(|(start, ())| text.plain(start) != "in")
    });
    let own = |(span, colour): &&(Range<usize>, &'static str)| {
        let token = &text.tokens[span.start];
        // English colours and Vietnamese ones with diacritics say it themselves; `trang` and `do` do not.
        let english = token.lower().is_ascii() && !VIETNAMESE.contains(&token.plain());
        let marked = !token.is_plain();
        let alone = stands_alone(text, span);
        english
            || alone && (marked || token.lower() == "xanh" || token.lower() == "cam")
            || marked && !SHY.contains(colour)
    };
    cued.or_else(|| found.iter().find(own))
        .map(|(span, colour)| (*colour, span.clone()))
}

/// Vietnamese colours without diacritics.
const VIETNAMESE: &[&str] = &[
    "trang", "den", "do", "bac", "xam", "xanh", "nau", "vang", "ghi", "cam", "tim", "hong", "be",
    "kem",
];

/// Whether marks or the message's ends stand on both sides.
fn stands_alone(text: &Text, span: &Range<usize>) -> bool {
    let edge = |index: Option<usize>| {
        index.is_none_or(|index| matches!(text.kind(index), None | Some(Kind::Mark)))
    };
    edge(span.start.checked_sub(1)) && edge(Some(span.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_need_their_word_or_their_diacritics() {
        for (text, want) in [
            ("màu trắng", Some("Trắng")),
            ("mau do", Some("Đỏ")),
            ("22.500 km, trắng, số tự động", Some("Trắng")),
            ("my red Mazda", Some("Đỏ")),
            ("ly do la gi", None),
            ("xe đi đến nơi", None),
            ("cam kết không ngập nước", None),
            ("biển vàng", None),
            ("xe trang thai tot", None),
        ] {
            let text_ = Text::new(text);
            let found = colour(&text_, &vec![false; text_.len()]);
            assert_eq!(found.map(|f| f.0), want, "{text}");
        }
    }
}
