//! Cuts a growing text into sentences, so that none is shown before it is whole.

/// Words before a full stop that does not end a sentence, folded to lower case, unless a capital follows.
const ABBREVIATIONS: [&str; 24] = [
    "mr", "mrs", "ms", "dr", "vs", "no", "st", "e.g", "i.e", "approx", "max", "min", "incl", "tp",
    "ts", "gs", "ths", "q", "p", "tr", "vd", "v.d", "v.v", "kg",
];
/// Longest text without an end that is waited for, in bytes.
const LONGEST: usize = 4000;

/// A sentence, or a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its text with markers, without white space around it.
    pub(super) text: String,
    /// Whether it begins a line.
    pub(super) starts_line: bool,
    /// Whether its end was seen: a full stop with something behind it, or the end of a line.
    pub(super) whole: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Splitter {
    buffer: String,
    at_line_start: bool,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            buffer: String::new(),
            at_line_start: true,
        }
    }
}

impl Splitter {
    /// Takes more text; hands out the sentences that it completes.
    pub(super) fn push(&mut self, text: &str) -> Vec<Piece> {
        self.buffer.push_str(text);
        let mut pieces = Vec::new();
        while let Some(end) = boundary(&self.buffer) {
            let rest = self.buffer.split_off(end);
            let sentence = std::mem::replace(&mut self.buffer, rest);
            self.cut(&sentence, true, &mut pieces);
        }
        pieces
    }

    /// The last sentence, whose end nobody saw.
    pub(super) fn finish(&mut self) -> Option<Piece> {
        let rest = std::mem::take(&mut self.buffer);
        let mut pieces = Vec::new();
        self.cut(&rest, false, &mut pieces);
        pieces.pop()
    }

    fn cut(&mut self, sentence: &str, whole: bool, pieces: &mut Vec<Piece>) {
        let leading = &sentence[..sentence.len() - sentence.trim_start().len()];
        let starts_line = self.at_line_start || leading.contains('\n');
        let text = sentence.trim();
        if text.is_empty() {
            self.at_line_start = starts_line;
            return;
        }
        self.at_line_start = sentence.ends_with('\n');
        pieces.push(Piece {
            text: text.to_owned(),
            starts_line,
            whole,
        });
    }
}

/// The end of the first sentence of `text`, once what follows shows that it is the end.
fn boundary(text: &str) -> Option<usize> {
    let begins = text.len() - text.trim_start().len();
    let mut chars = text.char_indices().skip_while(|(at, _)| *at < begins);
    while let Some((at, c)) = chars.next() {
        let after = at + c.len_utf8();
        match c {
            '\n' => return Some(after),
            '.' | '!' | '?' | '…' | '。' => {
                let end = after + closers(&text[after..]);
                match text[end..].chars().next() {
                    None => return too_long(text),
                    Some(next) if next.is_whitespace() || opens_marker(next) => {
                        if c != '.' || !goes_on(&text[begins..at], &text[end..]) {
                            return with_markers(text, end);
                        }
                    }
                    Some(_) => {}
                }
                while chars.clone().next().is_some_and(|(next, _)| next < end) {
                    chars.next();
                }
            }
            _ => {}
        }
    }
    too_long(text)
}

fn too_long(text: &str) -> Option<usize> {
    (text.len() > LONGEST).then(|| text.rfind(' ').map_or(text.len(), |at| at + 1))
}

/// Bytes of closing quotes, brackets, emphasis and further marks behind an end.
fn closers(rest: &str) -> usize {
    rest.find(|c: char| {
        !matches!(
            c,
            '"' | '”' | '’' | '\'' | ')' | '»' | '*' | '_' | '.' | '!' | '?'
        )
    })
    .unwrap_or(rest.len())
}

fn opens_marker(c: char) -> bool {
    matches!(c, '[' | '【')
}

/// Whether a full stop after `before` is part of a list's number or of an abbreviation.
fn goes_on(before: &str, after: &str) -> bool {
    let number = before.trim_start_matches(['*', '#', ' ']);
    if !number.is_empty() && number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    let word = before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let single = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    if !single && !ABBREVIATIONS.contains(&word.as_str()) {
        return false;
    }
    // `TP. Hồ Chí Minh` goes on with a capital too; most others end with their sentence where a capital follows.
    let next = after.trim_start().chars().next();
    matches!(word.as_str(), "tp" | "mr" | "mrs" | "ms" | "dr" | "q" | "p")
        || next.is_none_or(|c| c.is_lowercase() || c.is_ascii_digit())
}

/// `end` with the citation markers that stand behind it; `None` while more of them may come.
fn with_markers(text: &str, mut end: usize) -> Option<usize> {
    loop {
        let rest = &text[end..];
        let marker = rest.trim_start_matches([' ', '\t', '\u{a0}']);
        let Some(first) = marker.chars().next() else {
            return too_long(text);
        };
        if !opens_marker(first) {
            return Some(end);
        }
        let at = text.len() - marker.len();
        match marker.find([']', '】', '\n']) {
            Some(close) if !marker[close..].starts_with('\n') => {
                let inside = &marker[first.len_utf8()..close];
                if !inside.chars().any(|c| c.is_ascii_digit()) {
                    return Some(end);
                }
                end = at
                    + close
                    + if marker[close..].starts_with(']') {
                        1
                    } else {
                        '】'.len_utf8()
                    };
                // A full stop behind the marker belongs to the sentence too.
                end += closers(&text[end..]);
            }
            None if marker.len() < 40 => return None,
            _ => return Some(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, size: usize) -> Vec<String> {
        let mut splitter = Splitter::default();
        let characters: Vec<char> = text.chars().collect();
        let mut pieces = Vec::new();
        for cut in characters.chunks(size) {
            pieces.extend(splitter.push(&cut.iter().collect::<String>()));
        }
        pieces.extend(splitter.finish());
        pieces.into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn sentences_are_the_same_however_the_text_arrives() {
        for (text, want) in [
            ("Một. Hai! Ba?", vec!["Một.", "Hai!", "Ba?"]),
            ("Phí 49.000 đ. Hết.", vec!["Phí 49.000 đ.", "Hết."]),
            (
                "Phí là 8.5 % [1]. Hạn 30 ngày. [2] Hết",
                vec!["Phí là 8.5 % [1].", "Hạn 30 ngày. [2]", "Hết"],
            ),
            ("Free.[1][2] Next [3].", vec!["Free.[1][2]", "Next [3]."]),
            ("Done. [1, 2].\nNext", vec!["Done. [1, 2].", "Next"]),
            (
                "1. Mở ứng dụng.\n2. Bấm nút",
                vec!["1. Mở ứng dụng.", "2. Bấm nút"],
            ),
            (
                "Ở TP. Hồ Chí Minh có. Rồi",
                vec!["Ở TP. Hồ Chí Minh có.", "Rồi"],
            ),
            (
                "Fees, e.g. tax, apply. Yes",
                vec!["Fees, e.g. tax, apply.", "Yes"],
            ),
            (
                "Ảnh, giấy tờ, v.v. Sau đó gửi",
                vec!["Ảnh, giấy tờ, v.v.", "Sau đó gửi"],
            ),
            (
                "He said \"no.\" Then (yes.) End",
                vec!["He said \"no.\"", "Then (yes.)", "End"],
            ),
            ("Wait... what?! Ok", vec!["Wait...", "what?!", "Ok"]),
            ("Xong. [sic] B", vec!["Xong.", "[sic] B"]),
            ("\n\n  \n", vec![]),
        ] {
            for size in [1, 2, 3, 7, 1000] {
                assert_eq!(split(text, size), want, "{text:?} in pieces of {size}");
            }
        }
    }

    #[test]
    fn nothing_comes_out_before_its_end_is_certain() {
        let mut splitter = Splitter::default();
        assert_eq!(splitter.push("Giá là 1.").len(), 0);
        assert_eq!(splitter.push("200.").len(), 0);
        assert_eq!(splitter.push("000 đ. ").len(), 0, "a marker may follow");
        assert_eq!(splitter.push("[1").len(), 0);
        assert_eq!(splitter.push("] R")[0].text, "Giá là 1.200.000 đ. [1]");
        let rest = splitter.finish().expect("a rest");
        assert_eq!(
            (rest.text.as_str(), rest.whole, rest.starts_line),
            ("R", false, false)
        );
    }

    #[test]
    fn lines_are_known() {
        let mut splitter = Splitter::default();
        let pieces = splitter.push("A. B.\n\n- C\n");
        let starts: Vec<bool> = pieces.iter().map(|piece| piece.starts_line).collect();
        assert_eq!(starts, [true, false, true]);
    }

    #[test]
    fn text_without_an_end_is_cut_somewhere() {
        let mut splitter = Splitter::default();
        let pieces = splitter.push(&"từ ".repeat(3000));
        assert!(!pieces.is_empty());
    }
}
