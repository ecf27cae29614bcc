//! Reading takes time linear in a message's length, whatever the message.

use std::time::Duration;

use understanding::{Filters, Intent, Message, Slots, intent};

/// Characters of a short message, and of one four times as long.
const SHORT: usize = 2_000;
const LONG: usize = 4 * SHORT;

/// How much longer the long message may take. A quadratic reader takes 16 times as long, a linear one 4 times.
const MOST_TIMES: u32 = 6;

/// What a clock cannot tell apart.
const SLACK: Duration = Duration::from_millis(2);

/// Longest time for the long message. It is generous, for tests are hardly optimised: in release it takes a tenth.
const MOST: Duration = Duration::from_millis(300);

/// What messages are made of, over and over.
const PIECES: &[(&str, &str)] = &[
    ("a model with a number", "vios 4 "),
    ("a make", "toyota "),
    ("two makes and their models", "toyota vios hay honda city "),
    ("models that are everyday words", "morning city click getz "),
    ("a misspelt model", "Xpandr Fortunr "),
    ("words of no language", "qzxv wkjpt bldrfn xqzzt "),
    ("different words of no language", ""),
    ("numbers", "2019 45000 7 1.5 "),
    ("groups of digits", "100 000 "),
    ("numbers in words", "một trăm hai mươi lăm nghìn "),
    ("hundreds and links", "một trăm linh linh "),
    ("scales", "500 triệu tỷ nghìn trăm chục "),
    ("fillers before a bound", "giá khoảng tầm xe đời năm "),
    ("spans", "từ 400 đến 500 triệu - 2015-2018 "),
    ("telephone numbers", "0912 345 678 "),
    ("halves of telephone numbers", "+84 0912 "),
    ("years and cues", "mua từ tháng năm 2019 "),
    ("trims", "Vios 2019 1.5G E bản full "),
    (
        "listing lines",
        "Toyota Vios 1.5G CVT - 2019 | 462 Triệu | 45,000 Km | Số tự động\n",
    ),
    ("punctuation", "?!.,;:-/()\"' "),
    ("hyphens and ampersands", "a-b&c-&-"),
    ("one long word", "a"),
    ("one long number", "7"),
    ("one long number with separators", "1."),
    ("no blanks", "định-giá-xe-vios-2019,45000km."),
    ("blanks", " \t\n\u{a0}"),
    ("emoji", "🚗🙏🏽👍 xe 👨‍👩‍👧 "),
    ("marks without letters", "\u{301}\u{300}\u{323}"),
    ("decomposed letters", "Đi\u{323}nh gia\u{301} xe "),
    (
        "both languages",
        "bán my car giá bao nhiêu please tại Hà Nội in HCM ",
    ),
    ("chat spellings", "dc ko bn sđt ntn ad oi "),
    ("other scripts", "トヨタ ヴィオス цена машины 汽车 "),
    ("capitals", "BÁN XE VIOS GIÁ TỐT "),
    ("colours and places", "màu trắng biển Hà Nội, đen, Đà Nẵng "),
];

/// So many characters of a piece.
fn message(piece: &str, length: usize) -> String {
    if !piece.is_empty() {
        return piece.chars().cycle().take(length).collect();
    }
    // Words that do not repeat: letters by a fixed rule.
    let mut state = 7_u64;
    let mut letter = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b'a' + (state >> 33) as u8 % 26)
    };
    (0..length)
        .map(|place| if place % 8 == 7 { ' ' } else { letter() })
        .collect()
}

/// All that a dialogue reads, and more.
fn read(text: &str) -> usize {
    let message = Message::read(text);
    let known = Slots {
        make: Some("Mazda".to_owned()),
        ..Slots::default()
    };
    let found = [
        intent(&message, Some(Intent::CarValuation)).0 == Intent::Faq,
        Slots::read(&message).is_empty(),
        Slots::read_reply(&message, &known).is_empty(),
        Filters::read(&message).is_empty(),
    ];
    message.plain().len() + message.cars().len() + usize::from(found.contains(&true))
}

/// CPU time of this thread so far: on a busy machine a long run is interrupted more often than a short one.
#[cfg(unix)]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds)
        + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(not(unix))]
fn now() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// The shortest of some runs: other processes only make them longer.
fn fastest(text: &str, runs: usize) -> Duration {
    let run = || {
        let start = now();
        std::hint::black_box(read(text));
        now().saturating_sub(start)
    };
    (0..runs).map(|_| run()).min().unwrap_or_default()
}

#[test]
fn time_grows_as_the_length_does() {
    // Catalogue and word lists are made at the first message.
    read("vios 2019 ở Hà Nội giá bao nhiêu");
    let mut slow = Vec::new();
    for (name, piece) in PIECES {
        let (short, long) = (message(piece, SHORT), message(piece, LONG));
        let mut measured = Vec::new();
        // Once more, and oftener, before a busy machine is taken for a slow reader.
        let is_fast = [3, 8].into_iter().any(|runs| {
            let (short, long) = (fastest(&short, runs), fastest(&long, runs));
            measured.push((short, long));
            long <= short * MOST_TIMES + SLACK && long <= MOST
        });
        if !is_fast {
            slow.push(format!(
                "{name}: {measured:?} for {SHORT} and {LONG} characters"
            ));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}
