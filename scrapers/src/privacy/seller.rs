//! Sellers as keyed hashes.

use datasets::text;
use datasets::vocabulary::SellerKind;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::site::SellerKey;

/// What every token begins with.
const TOKEN: &str = "seller-";

/// Letters of a hash.
const LETTERS: usize = 32;

/// The first 16 bytes of HMAC-SHA256 over site and identity, in the letters `a` to `p`: of ten digits in a row
/// nobody could tell whether they are a phone number.
pub fn seller_hash(key: &SellerKey, source: &str, identity: &Identity) -> String {
    let (sort, identity) = match identity {
        Identity::Account(identity) => ("account", identity),
        Identity::Phone(identity) => ("phone", identity),
        Identity::Name(identity) => ("name", identity),
    };
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{source}\0{sort}\0{identity}").as_bytes());
    let digest = mac.finalize().into_bytes();
    let letter = |nibble: u8| char::from(b'a' + nibble);
    digest
        .iter()
        .take(LETTERS / 2)
        .flat_map(|byte| [letter(byte >> 4), letter(byte & 15)])
        .collect()
}

/// By what a site tells one seller from another, the surest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The site's own identity of the account.
    Account(String),
    /// Phone number, digits alone.
    Phone(String),
    /// Name, as its key.
    Name(String),
}

/// Words, folded, in the names of traders.
const TRADERS: &[&[&str]] = &[
    &["salon"],
    &["auto"],
    &["oto"],
    &["o", "to"],
    &["showroom"],
    &["dai", "ly"],
    &["motor"],
    &["motors"],
    &["group"],
    &["sieu", "thi"],
    &["cong", "ty"],
    &["cars"],
    &["xe", "luot"],
    &["trung", "tam"],
    &["chinh", "hang"],
];

/// Whether a seller's name is a trader's.
pub(crate) fn is_trader(name: &str) -> bool {
    let words = text::tokens(name);
    TRADERS
        .iter()
        .any(|trader| words.windows(trader.len()).any(|window| window == *trader))
}

/// Who offers a car, as far as anyone may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seller {
    /// [`seller_hash`] of them.
    pub(crate) hash: String,
    /// Person or trader, if the site tells.
    pub(crate) kind: Option<SellerKind>,
}

impl Seller {
    /// The seller of that identity on a site.
    pub(crate) fn new(
        key: &SellerKey,
        source: &str,
        identity: &Identity,
        kind: Option<SellerKind>,
    ) -> Self {
        Self {
            hash: seller_hash(key, source, identity),
            kind,
        }
    }

    /// The seller as a cleaned page names them.
    pub(crate) fn token(&self) -> String {
        match self.kind {
            Some(kind) => format!("{TOKEN}{}-{kind}", self.hash),
            None => format!("{TOKEN}{}", self.hash),
        }
    }

    /// The seller whom a token names.
    pub(crate) fn of_token(token: &str) -> Option<Self> {
        let rest = token.strip_prefix(TOKEN)?;
        let (hash, kind) = match rest.split_once('-') {
            Some((hash, kind)) => (hash, Some(SellerKind::from_name(kind)?)),
            None => (rest, None),
        };
        let sound = hash.len() == LETTERS && hash.bytes().all(|b| (b'a'..=b'p').contains(&b));
        sound.then(|| Self {
            hash: hash.to_owned(),
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traders_are_known_by_a_whole_word() {
        for (name, want) in [
            ("Salon Thử Nghiệm A", true),
            ("Ô tô Mỹ Đình", true),
            ("Đại lý Thử", true),
            ("Nguyễn Văn Thử", false),
            ("Otoya", false),
            ("", false),
        ] {
            assert_eq!(is_trader(name), want, "{name}");
        }
    }

    #[test]
    fn hashes_are_of_key_site_and_identity_and_tokens_come_back() {
        let phone = Identity::Phone("0900000001".to_owned());
        let dealer = Some(SellerKind::Dealer);
        let seller = Seller::new(&SellerKey::new([1; 32]), "bonbanh", &phone, dealer);
        let others = [
            Seller::new(&SellerKey::new([2; 32]), "bonbanh", &phone, dealer),
            Seller::new(&SellerKey::new([1; 32]), "oto", &phone, dealer),
            Seller::new(
                &SellerKey::new([1; 32]),
                "bonbanh",
                &Identity::Name("0900000001".to_owned()),
                dealer,
            ),
        ];
        for other in &others {
            assert_ne!(other.hash, seller.hash);
        }
        assert!(seller.hash.bytes().all(|b| b.is_ascii_lowercase()));
        for kind in [None, dealer, Some(SellerKind::Private)] {
            let seller = Seller {
                kind,
                ..seller.clone()
            };
            assert_eq!(Seller::of_token(&seller.token()), Some(seller));
        }
        for token in [
            "seller-",
            "seller-abc",
            "Salon A",
            &format!("{}-x", seller.token()),
        ] {
            assert_eq!(Seller::of_token(token), None, "{token}");
        }
    }
}
