//! The value of a number, in digits, words or both, before anything is said of its unit.

use super::super::words::is_content;
use super::token::Token;
use super::vocabulary::{currency, scale, small, tens_or_hundreds, unit};

/// A number without its unit.
pub(super) struct Value {
    /// Scales included.
    pub(super) amount: f64,
    /// The token behind it.
    pub(super) to: usize,
    /// The first scale written: 1e6 for `triệu`.
    pub(super) scale: f64,
    /// Whether a scale says that it is money.
    pub(super) money: bool,
    /// One plain number word, which may be an article or part of a phrase.
    pub(super) lone_word: bool,
    /// Four digits without separators.
    pub(super) year_like: bool,
}

/// A text's tokens.
pub(super) struct Parser {
    pub(super) tokens: Vec<Token>,
}

impl Parser {
    /// The word or mark at a place.
    pub(super) fn word(&self, at: usize) -> Option<String> {
        self.tokens.get(at)?.word()
    }

    /// The value that begins at a token.
    pub(super) fn value(&self, from: usize) -> Option<Value> {
        let (mut part, mut at, mut lone_word) = self.below_a_thousand(from)?;
        let digits = match &self.tokens[from] {
            Token::Number(digits) => Some(digits.as_str()),
            _ => None,
        };
        let year_like = digits
            .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
            && (1900.0..=2100.0).contains(&part);
        let mut value = Value {
            amount: 0.0,
            to: at,
            scale: 1.0,
            money: false,
            lone_word,
            year_like,
        };
        let mut last = f64::INFINITY;
        while let Some((factor, money)) = self
            .word(at)
            .as_deref()
            .and_then(scale)
            .filter(|(factor, _)| *factor < last)
        {
            if let (Some(digits), true) = (digits, last.is_infinite()) {
                part = read(digits, factor >= 1e9)?;
            }
            value.amount += part * factor;
            value.scale = if last.is_infinite() {
                factor
            } else {
                value.scale
            };
            value.money |= money;
            (last, lone_word, at) = (factor, false, at + 1);
            part = 0.0;
            if matches!(self.word(at).as_deref(), Some("rưỡi" | "ruoi")) {
                value.amount += factor / 2.0;
                at += 1;
                break;
            }
            let Some((next, after, _)) = self.below_a_thousand(at) else {
                break;
            };
            if self
                .word(after)
                .as_deref()
                .and_then(scale)
                .is_some_and(|(smaller, _)| smaller < factor)
            {
                (part, at) = (next, after);
            } else {
                if let Some(rest) = self.colloquial(at, after, next, factor) {
                    value.amount += rest;
                    at = after;
                }
                break;
            }
        }
        if last.is_infinite() {
            value.amount = match (digits, self.is_percent(at)) {
                (Some(digits), true) => read(digits, true)?,
                _ => part,
            };
        } else {
            value.year_like = false;
        }
        if self.word(at).as_deref() == Some("and")
            && self.word(at + 1).as_deref() == Some("a")
            && self.word(at + 2).as_deref() == Some("half")
        {
            value.amount += 0.5;
            at += 3;
            if let Some((factor, money)) = self.word(at).as_deref().and_then(scale) {
                value.amount *= factor;
                value.money |= money;
                at += 1;
            }
        }
        value.lone_word = lone_word;
        value.to = at;
        Some(value)
    }

    /// The rest of `1 tỷ 2`, `1tr250`, `4v5`: tenths, hundredths or thousandths of the scale, by its digits.
    fn colloquial(&self, at: usize, after: usize, next: f64, factor: f64) -> Option<f64> {
        let ends = match self.tokens.get(after) {
            None => true,
            Some(Token::Mark(mark)) => !matches!(mark, '%' | '-' | '/'),
            Some(Token::Word(word)) => {
                !is_noun(word) && unit(word).is_none() || currency(word).is_some() || word == "km"
            }
            Some(_) => false,
        };
        let digits = match &self.tokens[at] {
            Token::Number(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.len(),
            Token::Word(_) if next < 10.0 => 1,
            _ => return None,
        };
        (ends && digits <= 3).then(|| next * factor / 10_u32.pow(digits as u32) as f64)
    }

    fn is_percent(&self, at: usize) -> bool {
        matches!(self.word(at).as_deref(), Some("%" | "percent"))
    }

    /// Digits, or words up to the hundreds; where they end, and whether it was one plain word.
    fn below_a_thousand(&self, from: usize) -> Option<(f64, usize, bool)> {
        if let Token::Number(digits) = self.tokens.get(from)? {
            return Some((read(digits, false)?, from + 1, false));
        }
        if let Some(half) = self.half(from) {
            return Some(half);
        }
        let (mut hundreds, mut rest, mut count, mut at) = (0.0, 0.0, 0, from);
        // `năm 2019` is the year 2019.
        if self.word(from).as_deref() == Some("năm") && !self.five(from) {
            return None;
        }
        // `a hundred`, `a million`; `a` alone is an article.
        if matches!(self.word(from).as_deref(), Some("a" | "an")) {
            let next = self.word(from + 1)?;
            if tens_or_hundreds(&next).is_none() && !(next.len() > 2 && scale(&next).is_some()) {
                return None;
            }
            (rest, count, at) = (1.0, 1, from + 1);
        }
        while let Some(word) = self.word(at) {
            if let Some((value, alone)) = small(&word) {
                if !alone && count == 0 {
                    return None;
                }
                // `two three` are two numbers; `twenty three` and `mươi lăm` are one.
                if count > 0 && rest != 0.0 && (rest < 10.0 || value >= 10.0 || rest % 10.0 != 0.0)
                {
                    break;
                }
                rest += value;
            } else if let Some(factor) = tens_or_hundreds(&word).filter(|_| count > 0) {
                if factor == 100.0 {
                    hundreds += rest.max(1.0) * 100.0;
                    rest = 0.0;
                } else {
                    rest = rest.max(1.0) * factor;
                }
            } else if count > 0 && self.is_filler(&word, at) {
                at += 1;
                continue;
            } else {
                break;
            }
            count += 1;
            at += 1;
        }
        (count > 0).then_some((hundreds + rest, at, count == 1 && hundreds + rest <= 10.0))
    }

    /// `nửa tỷ`, `half a million`, `nửa năm`; `một nửa` alone is half of something, 50 %.
    fn half(&self, from: usize) -> Option<(f64, usize, bool)> {
        let word = self.word(from)?;
        if !matches!(word.as_str(), "nửa" | "nua" | "half") {
            return None;
        }
        let article = word == "half" && matches!(self.word(from + 1).as_deref(), Some("a" | "an"));
        let to = from + 1 + usize::from(article);
        let next = self.word(to)?;
        (scale(&next).is_some() || unit(&next).is_some()).then_some((0.5, to, false))
    }

    /// Whether `năm` means five here.
    fn five(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.word(at));
        if before.is_some_and(|word| {
            matches!(
                word.as_str(),
                "mỗi" | "hằng" | "hàng" | "từng" | "một" | "trong" | "cuối"
            )
        }) {
            return self.word(at + 1).as_deref().and_then(unit).is_some();
        }
        match self.word(at + 1) {
            Some(next) => {
                unit(&next).is_some()
                    || scale(&next).is_some()
                    || tens_or_hundreds(&next).is_some()
                    || is_counted(&next)
            }
            None => false,
        }
    }

    /// Whether `word` joins the words of one number: `trăm linh năm`, `twenty-five`, `hundred and five`.
    fn is_filler(&self, word: &str, at: usize) -> bool {
        let joins = match word {
            "linh" | "lẻ" | "-" => true,
            "and" => at.checked_sub(1).and_then(|at| self.word(at)).as_deref() == Some("hundred"),
            _ => false,
        };
        joins && self.word(at + 1).as_deref().and_then(small).is_some()
    }
}

/// Whether a word is one that can be counted, as far as a list of function words can tell.
pub(super) fn is_noun(word: &str) -> bool {
    is_content(&datasets::text::fold(word))
}

/// Nouns that sellers count, behind which `năm` is five.
fn is_counted(word: &str) -> bool {
    matches!(
        word,
        "tin"
            | "ảnh"
            | "xe"
            | "chiếc"
            | "lần"
            | "bước"
            | "chỗ"
            | "người"
            | "loại"
            | "điểm"
            | "bức"
            | "tấm"
    )
}

/// The value of digits with separators. Groups of three are thousands, unless `decimal` says that a single separator is
/// a decimal one (`8.125 %`, `1.234 tỷ`).
fn read(digits: &str, decimal: bool) -> Option<f64> {
    let separators: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let plain = |text: &str| text.replace(['.', ','], "").parse::<f64>().ok();
    let Some(last) = separators.last() else {
        return plain(digits);
    };
    let (whole, fraction) = digits.rsplit_once(*last)?;
    let mixed = separators.iter().any(|separator| separator != last);
    let single = separators.len() == 1;
    let thousands = fraction.len() == 3 && !whole.starts_with('0') && whole.len() <= 3;
    if (single && (decimal || !thousands))
        || (mixed && separators.iter().filter(|s| *s == last).count() == 1)
    {
        return format!("{}.{fraction}", whole.replace(['.', ','], ""))
            .parse()
            .ok();
    }
    plain(digits)
}
