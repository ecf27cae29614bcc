//! Ways in which a page can be broken.

use datasets::text;

use super::{Draw, Rejected, Reply, SiteWorld};

/// What is wrong with a listing's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It ends in the middle.
    Truncated,
    /// It has no byte.
    Empty,
    /// It is not in the charset that it says.
    Charset,
    /// It says that the listing is no more.
    Gone,
    /// It leads to the list.
    Redirect,
    /// It is another listing's.
    Other,
    /// Its labels and headline say nothing.
    Blank,
}

const ALL: &[Fault] = &[
    Fault::Truncated,
    Fault::Empty,
    Fault::Charset,
    Fault::Gone,
    Fault::Redirect,
    Fault::Other,
    Fault::Blank,
];

impl Fault {
    /// One listing in twenty has one, of each kind in turn.
    pub fn draw(draw: &mut Draw, so_far: usize) -> Option<Self> {
        draw.chance(5).then(|| ALL[so_far % ALL.len()])
    }

    /// The reason in the reject file.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Empty => "empty",
            Self::Charset => "charset",
            Self::Gone => "gone",
            Self::Redirect => "not_this_kind",
            Self::Other => "value",
            Self::Blank => "missing",
        }
    }

    /// The good page, broken. [`Fault::Other`] and [`Fault::Blank`] are for the site to render.
    pub fn apply(self, good: Reply, gone: Reply, list: &str) -> Reply {
        match self {
            Self::Truncated => {
                let half = good.body.len() * 3 / 5;
                let cut = (0..=half)
                    .rev()
                    .find(|at| good.body[*at] < 0x80)
                    .unwrap_or(0);
                Reply {
                    body: good.body[..cut].to_vec(),
                    ..good
                }
            }
            Self::Empty => Reply {
                body: b" \n".to_vec(),
                ..good
            },
            Self::Charset => Reply {
                body: bytes_of(&text::clean(&String::from_utf8_lossy(&good.body))),
                ..good
            },
            Self::Gone => gone,
            Self::Redirect => Reply {
                status: 302,
                location: Some(list.to_owned()),
                body: Vec::new(),
                ..good
            },
            Self::Other | Self::Blank => good,
        }
    }
}

/// Text in an old charset of one byte a letter, as far as it has the letters.
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(0xd0))
        .collect()
}

/// The reply in UTF-16 with its mark, or in UTF-8 under a wrong name: both can be read.
pub fn oddly_encoded(draw: &mut Draw, good: Reply) -> Reply {
    let text = String::from_utf8(good.body).expect("rendered as UTF-8");
    if draw.chance(50) {
        let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
        Reply {
            body: marked.flat_map(u16::to_le_bytes).collect(),
            content_type: "text/html",
            ..good
        }
    } else {
        Reply {
            body: text.into_bytes(),
            content_type: "text/html; charset=windows-1258",
            ..good
        }
    }
}

impl SiteWorld {
    /// Notes a listing that must not land.
    pub fn reject(&mut self, id: &str, fault: Fault) {
        self.rejected.push(Rejected {
            id: id.to_owned(),
            reason: fault.reason(),
        });
    }
}
