//! Takes out what a reasoning model thinks aloud before it answers.
//!
//! Most servers send it in a field of its own. Without the right parser switched on, vLLM and llama.cpp leave it in the
//! text as `<think> … </think>`; shown, it would be taken for the answer.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Passes a stream's text on, without a leading block of thoughts.
#[derive(Debug, Default)]
pub(super) enum Thinking {
    /// Nothing but white space and perhaps the beginning of the tag has come; it is held back.
    #[default]
    Undecided,
    /// As before, with so much text held back.
    Held(String),
    /// Inside of the block; the end of what came may be the beginning of the closing tag.
    Inside(String),
    /// Behind the block, before the answer's first word.
    Closed,
    /// The answer.
    Answer,
}

impl Thinking {
    /// The part of `text` that belongs to the answer.
    pub(super) fn pass(&mut self, text: String) -> String {
        match std::mem::take(self) {
            Self::Answer => {
                *self = Self::Answer;
                text
            }
            Self::Undecided => self.decide(text),
            Self::Held(held) => self.decide(held + &text),
            Self::Inside(tail) => self.skip(&(tail + &text)),
            Self::Closed => self.begin(&text),
        }
    }

    /// What was held back when the stream ended.
    pub(super) fn rest(&mut self) -> String {
        match std::mem::take(self) {
            Self::Held(held) => held,
            _ => String::new(),
        }
    }

    fn decide(&mut self, text: String) -> String {
        let begun = text.trim_start();
        if let Some(inside) = begun.strip_prefix(OPEN) {
            return self.skip(inside);
        }
        if OPEN.starts_with(begun) {
            *self = Self::Held(text);
            return String::new();
        }
        *self = Self::Answer;
        text
    }

    fn begin(&mut self, text: &str) -> String {
        let answer = text.trim_start();
        *self = if answer.is_empty() {
            Self::Closed
        } else {
            Self::Answer
        };
        answer.to_owned()
    }

    fn skip(&mut self, text: &str) -> String {
        if let Some((_, answer)) = text.split_once(CLOSE) {
            return self.begin(answer);
        }
        let keep = (1..CLOSE.len())
            .rev()
            .find(|length| text.ends_with(&CLOSE[..*length]))
            .unwrap_or(0);
        *self = Self::Inside(text[text.len() - keep..].to_owned());
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_leading_block_is_taken_out_however_it_is_cut() {
        for (text, want) in [
            ("plain", "plain"),
            ("<think>hm, 5 %</think>\n\nNo.", "No."),
            ("\n <think></think>Yes <think>", "Yes <think>"),
            ("<think>never ends", ""),
            ("<thin", "<thin"),
            ("<b>bold</b>", "<b>bold</b>"),
            ("", ""),
            ("<think>a</th</think>ok", "ok"),
        ] {
            for size in 1..=text.len().max(1) {
                let mut thinking = Thinking::default();
                let mut got = String::new();
                for cut in text.as_bytes().chunks(size) {
                    got += &thinking.pass(String::from_utf8_lossy(cut).into_owned());
                }
                got += &thinking.rest();
                assert_eq!(got, want, "{text:?} in pieces of {size}");
            }
        }
    }
}
