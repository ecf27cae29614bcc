//! The text of a body: byte order mark, then the reply's charset, then the page's, else UTF-8.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8};

use crate::site::{Page, PageError};

/// Where a page may name its charset, in bytes from its start; as browsers have it.
const META_WITHIN: usize = 1024;

/// The body as text.
///
/// A charset of one byte a letter takes any bytes, so that a wrong one shows only in what the text says: a body
/// that is UTF-8 with letters beyond ASCII is read as UTF-8 whatever it claims.
pub(crate) fn decode<'a>(page: &Page<'a>) -> Result<Cow<'a, str>, PageError> {
    let (marked, body) = match Encoding::for_bom(page.body) {
        Some((encoding, length)) => (Some(encoding), &page.body[length..]),
        None => (None, page.body),
    };
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(PageError::Empty);
    }
    let encoding = match marked {
        Some(encoding) => encoding,
        None => declared(page, body)?,
    };
    let as_utf8 = std::str::from_utf8(body);
    match as_utf8 {
        Ok(text) if encoding == UTF_8 || (marked.is_none() && !body.is_ascii()) => plain(text),
        Err(error) if encoding == UTF_8 => Err(PageError::Charset {
            charset: UTF_8.name().to_owned(),
            offset: error.valid_up_to(),
        }),
        _ => strictly(encoding, body),
    }
}

/// Text without NUL: UTF-16 that does not say so is full of them, and is UTF-8 all the same.
fn plain(text: &str) -> Result<Cow<'_, str>, PageError> {
    match text.find('\0') {
        Some(offset) => Err(PageError::Charset {
            charset: UTF_8.name().to_owned(),
            offset,
        }),
        None => Ok(Cow::Borrowed(text)),
    }
}

fn strictly<'a>(encoding: &'static Encoding, body: &[u8]) -> Result<Cow<'a, str>, PageError> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder
        .max_utf8_buffer_length_without_replacement(body.len())
        .unwrap_or(body.len().saturating_mul(3));
    let mut text = String::with_capacity(room);
    let (result, read) = decoder.decode_to_string_without_replacement(body, &mut text, true);
    if result != DecoderResult::InputEmpty {
        return Err(PageError::Charset {
            charset: encoding.name().to_owned(),
            offset: read.saturating_sub(1),
        });
    }
    Ok(Cow::Owned(text))
}

/// The charset that the reply or else the page names; UTF-8 where neither does.
fn declared(page: &Page<'_>, body: &[u8]) -> Result<&'static Encoding, PageError> {
    let label = page
        .content_type
        .and_then(|header| charset_in(header.as_bytes()))
        .map(|label| (label, false))
        .or_else(|| {
            let start = &body[..body.len().min(META_WITHIN)];
            charset_in(start).map(|label| (label, true))
        });
    let Some((label, in_page)) = label else {
        return Ok(UTF_8);
    };
    let encoding = Encoding::for_label(label).ok_or_else(|| PageError::Charset {
        charset: String::from_utf8_lossy(label).into_owned(),
        offset: 0,
    })?;
    // Whoever could read the page's own word for it did not read UTF-16.
    Ok(if in_page {
        encoding.output_encoding()
    } else {
        encoding
    })
}

/// The label behind `charset=`, quotes dropped.
fn charset_in(text: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"charset";
    let at = text
        .windows(KEY.len())
        .position(|window| window.eq_ignore_ascii_case(KEY))?;
    let rest = text[at + KEY.len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest
        .strip_prefix(b"\"")
        .or(rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let end = rest
        .iter()
        .position(|b| !b.is_ascii_alphanumeric() && !b"-_:.".contains(b))
        .unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use chrono::DateTime;
    use url::Url;

    use super::*;

    fn decoded(body: &[u8], content_type: Option<&str>) -> Result<String, PageError> {
        let url = Url::parse("https://example.com/").unwrap();
        let page = Page {
            url: &url,
            body,
            content_type,
            fetched_at: DateTime::UNIX_EPOCH,
        };
        decode(&page).map(Cow::into_owned)
    }

    fn utf16(text: &str, bom: bool) -> Vec<u8> {
        let mark: &[u8] = if bom { b"\xff\xfe" } else { b"" };
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        mark.iter().copied().chain(units).collect()
    }

    #[test]
    fn text_in_every_charset_that_is_told() {
        let windows = Some("text/html; charset=windows-1258");
        for (body, content_type, want) in [
            ("Tỷ".as_bytes().to_vec(), None, "Tỷ"),
            (
                "Tỷ".as_bytes().to_vec(),
                Some("text/html; charset=UTF-8"),
                "Tỷ",
            ),
            (b"\xef\xbb\xbfabc".to_vec(), windows, "abc"),
            (b"\xe9 \xfd".to_vec(), windows, "é ư"),
            // Claims what it is not.
            ("Tỷ".as_bytes().to_vec(), windows, "Tỷ"),
            (
                "Tỷ".as_bytes().to_vec(),
                Some("text/html; charset=iso-8859-1"),
                "Tỷ",
            ),
            (utf16("Tỷ", true), None, "Tỷ"),
            (
                utf16("<a>", false),
                Some("text/html; charset=\"utf-16le\""),
                "<a>",
            ),
            (
                b"<meta charset='windows-1252'>\xe9".to_vec(),
                None,
                "<meta charset='windows-1252'>é",
            ),
            (
                b"<meta charset=utf-16>abc".to_vec(),
                None,
                "<meta charset=utf-16>abc",
            ),
        ] {
            assert_eq!(
                decoded(&body, content_type).as_deref(),
                Ok(want),
                "{body:?}"
            );
        }
    }

    #[test]
    fn wrong_charsets_are_named_with_the_place() {
        for (body, content_type, charset, offset) in [
            (b"ab\xe9".to_vec(), None, "UTF-8", 2),
            (
                b"ab".to_vec(),
                Some("text/html; charset=klingon"),
                "klingon",
                0,
            ),
            (utf16("<html>", false), None, "UTF-8", 1),
            (
                b"a\0b".to_vec(),
                Some("text/html; charset=utf-16le"),
                "UTF-16LE",
                2,
            ),
        ] {
            let want = PageError::Charset {
                charset: charset.to_owned(),
                offset,
            };
            assert_eq!(decoded(&body, content_type), Err(want), "{body:?}");
        }
    }

    #[test]
    fn nothing_is_empty() {
        for body in [&b""[..], b" \r\n\t", b"\xef\xbb\xbf \n"] {
            assert_eq!(decoded(body, None), Err(PageError::Empty), "{body:?}");
        }
    }
}
