//! What the engine asks of a site: its addresses, and what its pages say.

use chrono::{DateTime, Utc};
use datasets::Listing;
use datasets::mapping::Issue;
use thiserror::Error;
use url::Url;

/// Where a site's pages are; another one for mirrors and replay servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The site that readers see.
    pub site: Url,
    /// The site's gateway; the same as `site` if it has none.
    pub api: Url,
}

/// What part of a site is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// One make only.
    pub make: Option<String>,
}

/// A page as it was fetched.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Address that answered, after redirects.
    pub url: &'a Url,
    /// Body as sent, or as [`Site::redact`] left it.
    pub body: &'a [u8],
    /// `Content-Type` of the reply.
    pub content_type: Option<&'a str>,
    /// When it was fetched.
    pub fetched_at: DateTime<Utc>,
}

/// One site. Reading is pure: the same page gives the same answer, and nothing is fetched.
pub trait Site: Send + Sync {
    /// Name in `Listing::source` (`bonbanh`).
    fn source(&self) -> &'static str;

    /// Where the site lives.
    fn default_base(&self) -> Base;

    /// First list pages of a crawl, narrowed to the scope where the site has an address for it.
    fn starts(&self, base: &Base, scope: &Scope) -> Vec<Url>;

    /// Reads a page of cards.
    ///
    /// # Errors
    /// [`PageError`] when the page is none.
    fn read_list(&self, base: &Base, page: &Page) -> Result<ListPage, PageError>;

    /// Addresses of a card's detail, best first: a later one is asked for when an earlier one fails.
    fn details(&self, base: &Base, card: &Card) -> Vec<Url>;

    /// Reads a listing's own page.
    ///
    /// # Errors
    /// [`PageError`] when it holds no listing that can be kept.
    fn read_detail(&self, page: &Page, sellers: &SellerKey) -> Result<Scraped, PageError>;

    /// The body without phone numbers and sellers' names; `read_detail` reads the same listing from it.
    ///
    /// # Errors
    /// [`PageError`] when the page cannot be read well enough to know where they stand.
    fn redact(&self, page: &Page, sellers: &SellerKey) -> Result<Vec<u8>, PageError>;

    /// Column of [`datasets::schema`] → least share of a run's listings that must have it.
    fn floors(&self) -> &'static [(&'static str, f64)];

    /// Recorded pages that ship with the program, every layout among them: `doctor` reads them.
    fn fixtures(&self) -> &'static [Fixture];
}

/// Which reader a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// [`Site::read_list`].
    List,
    /// [`Site::read_detail`].
    Detail,
    /// A page at which reading must stop with [`PageError::Blocked`].
    Blocked,
}

/// A recorded page with what must be found in it.
#[derive(Debug, Clone, Copy)]
pub struct Fixture {
    /// File name.
    pub name: &'static str,
    /// Which reader it is for.
    pub kind: PageKind,
    /// Address that it was recorded under.
    pub url: &'static str,
    /// `Content-Type` that it came with.
    pub content_type: Option<&'static str>,
    /// Body as sent.
    pub body: &'static [u8],
    /// A detail page: columns of [`datasets::schema`] that must be filled. A list page: none.
    pub columns: &'static [&'static str],
    /// A list page: how many cards it has.
    pub cards: usize,
}

/// What a page of cards says.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// Its cards, in the page's order.
    pub cards: Vec<Card>,
    /// The next page; none on the last one.
    pub next: Option<Url>,
    /// Listings in all, as far as the page says.
    pub total: Option<u64>,
    /// Layout that was recognised.
    pub layout: &'static str,
    /// Cards that could not be read.
    pub rejects: Vec<CardReject>,
}

/// One listing on a page of cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Identity within the site.
    pub listing_id: String,
    /// Address of its own page.
    pub url: Url,
    /// Price as printed.
    pub price_raw: Option<String>,
    /// Title as printed.
    pub title: Option<String>,
    /// Make in the catalogue's spelling, as far as the card tells: a crawl of one make passes over cards of another.
    pub make: Option<String>,
    /// Of what the card says of the car and its price. Bumping alone leaves it as it is.
    pub digest: u64,
}

/// A card that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardReject {
    /// Its identity, if that could be read.
    pub listing_id: Option<String>,
    /// Why not.
    pub error: PageError,
}

/// A listing and how it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Scraped {
    /// The row, without `first_seen` and `last_seen`: those are the crawl's to say.
    pub listing: Listing,
    /// Texts that are there and could not be read; their fields are empty.
    pub issues: Vec<Issue>,
    /// Layout that was recognised.
    pub layout: &'static str,
}

/// Why a page gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PageError {
    /// The site asks for a captcha or says that it blocks: stop, and do not get round it.
    #[error("a block page (`{marker}`)")]
    Blocked {
        /// The text that gave it away.
        marker: String,
    },
    /// The listing has been taken down.
    #[error("the listing is gone (`{marker}`)")]
    Gone {
        /// The text that said so.
        marker: String,
    },
    /// No byte, or nothing but space.
    #[error("an empty page")]
    Empty,
    /// The page ends too early.
    #[error("the page is cut off: {what}")]
    Truncated {
        /// What is absent.
        what: String,
    },
    /// Bytes that are no text of the charset that they claim.
    #[error("byte {offset} is not {charset}")]
    Charset {
        /// The charset.
        charset: String,
        /// Where it breaks.
        offset: usize,
    },
    /// Another kind of page.
    #[error("not a page of this kind: {found}")]
    NotThisKind {
        /// What it looks like.
        found: String,
    },
    /// A field without which there is no listing.
    #[error("`{field}` is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field that cannot be.
    #[error("`{field}` is `{text}`; valid: {valid}")]
    Value {
        /// The field.
        field: &'static str,
        /// Its text.
        text: String,
        /// What it may be.
        valid: String,
    },
}

impl PageError {
    /// Stable code for the reject file.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Blocked { .. } => "blocked",
            Self::Gone { .. } => "gone",
            Self::Empty => "empty",
            Self::Truncated { .. } => "truncated",
            Self::Charset { .. } => "charset",
            Self::NotThisKind { .. } => "not_this_kind",
            Self::Missing { .. } => "missing",
            Self::Value { .. } => "value",
        }
    }
}

/// Secret under which sellers are hashed. Never logged, never written to the output.
#[derive(Clone)]
pub struct SellerKey([u8; 32]);

impl SellerKey {
    /// The key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SellerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SellerKey(…)")
    }
}
