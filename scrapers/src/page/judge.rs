//! What a page is that has not the part that was looked for: a block page, a listing taken down, another page.

use datasets::text;

use crate::site::PageError;

/// Texts of a site, folded, that say what a page is.
pub(crate) struct Marks {
    /// Of a page that asks for a captcha or refuses.
    pub(crate) blocked: &'static [&'static str],
    /// Of a listing that is no more.
    pub(crate) gone: &'static [&'static str],
}

/// Blocks of services that stand before many sites.
const BLOCKED_ANYWHERE: &[&str] = &[
    "g-recaptcha",
    "h-captcha",
    "cf-challenge",
    "cf-chl-",
    "cf_chl_",
    "just a moment...",
    "attention required!",
    "checking your browser",
    "unusual traffic",
    "access denied",
    "request blocked",
    "too many requests",
];

/// Refuses HTML that does not end: parsers take half a page without a word.
pub(crate) fn whole_html(text: &str) -> Result<(), PageError> {
    const END: &[u8] = b"</html";
    let ends = text
        .as_bytes()
        .windows(END.len())
        .rev()
        .any(|window| window.eq_ignore_ascii_case(END));
    if ends {
        Ok(())
    } else {
        Err(PageError::Truncated {
            what: "no `</html>`".to_owned(),
        })
    }
}

/// Why the page of `text` is not the `wanted` one, whose part `absent` it has not.
pub(crate) fn judge(text: &str, marks: &Marks, found: &str) -> PageError {
    let folded = text::fold(&text::clean(text));
    let named = |marks: &[&str]| {
        let mark = marks.iter().find(|mark| folded.contains(**mark))?;
        Some((*mark).to_owned())
    };
    if let Some(marker) = named(marks.blocked).or_else(|| named(BLOCKED_ANYWHERE)) {
        return PageError::Blocked { marker };
    }
    if let Some(marker) = named(marks.gone) {
        return PageError::Gone { marker };
    }
    PageError::NotThisKind {
        found: found.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Marks = Marks {
        blocked: &["nhap ma xac nhan"],
        gone: &["tin nay da bi xoa"],
    };

    #[test]
    fn pages_are_what_their_texts_say() {
        for (text, want) in [
            ("<p>Nhập mã\n xác nhận</p>", "blocked"),
            ("<div class=\"g-recaptcha\"></div>", "blocked"),
            ("<title>Just a moment...</title>", "blocked"),
            ("<p>Tin này đã bị xoá</p>", "gone"),
            ("<p>Trang chủ</p>", "not_this_kind"),
        ] {
            assert_eq!(judge(text, &MARKS, "x").reason(), want, "{text}");
        }
    }

    #[test]
    fn half_a_page_is_truncated() {
        assert_eq!(whole_html("<html><body></BODY></HTML>\n"), Ok(()));
        for text in ["<html><body>", "</htm", ""] {
            let error = whole_html(text).map_err(|error| error.reason());
            assert_eq!(error, Err("truncated"), "{text}");
        }
    }
}
