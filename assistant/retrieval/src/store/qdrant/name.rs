//! Names of the collections behind the alias: the alias, what the index was made of, and when.
//!
//! `faq_embeddings_3f1c0a9be245_19a9f3c2b40`: an index that is made anew gets a collection of its own beside the old one,
//! which is searched until the alias moves. What does not look so is somebody else's, and is never removed.

use sha2::{Digest, Sha256};

use crate::store::Header;

/// Digits of the hash.
const HASH: usize = 12;

/// The collection for an index made of `header`, by a clock that stands at `at_ms` milliseconds since 1970.
pub(super) fn collection(alias: &str, header: &Header, at_ms: u64) -> String {
    let made_of = format!("{}/{}/{}", header.corpus, header.embedder, header.dims);
    let hash = datasets::hash::hex(&Sha256::digest(made_of.as_bytes()));
    format!("{alias}_{}_{at_ms:x}", &hash[..HASH])
}

/// When a collection was made, in milliseconds since 1970, if it is one of ours behind `alias`.
pub(super) fn made_at_ms(alias: &str, collection: &str) -> Option<u64> {
    let rest = collection.strip_prefix(alias)?.strip_prefix('_')?;
    let (hash, at) = rest.split_once('_')?;
    let is_hex = |text: &str| {
        text.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    if hash.len() != HASH || !is_hex(hash) || !is_hex(at) {
        return None;
    }
    u64::from_str_radix(at, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(corpus: &str) -> Header {
        Header {
            embedder: "e".to_owned(),
            corpus: corpus.to_owned(),
            dims: 384,
        }
    }

    #[test]
    fn a_name_says_of_what_and_when() {
        let one = collection("faq", &header("one"), 0x19a_9f3c_2b40);
        assert!(
            one.starts_with("faq_") && one.ends_with("_19a9f3c2b40"),
            "{one}"
        );
        assert_ne!(one, collection("faq", &header("two"), 0x19a_9f3c_2b40));
        assert_eq!(made_at_ms("faq", &one), Some(0x19a_9f3c_2b40));
    }

    #[test]
    fn what_others_made_is_not_ours() {
        for name in [
            "faq",
            "faq_old",
            "faq_2024_01",
            "faq_3f1c0a9be245",
            "faq_3f1c0a9be245_",
            "faq_3f1c0a9be245_xyz",
            "faq_3f1c0a9be24_19a9f3c2b40",
            "faq_3F1C0A9BE245_19a9f3c2b40",
            "other_3f1c0a9be245_19a9f3c2b40",
            "faq2_3f1c0a9be245_19a9f3c2b40",
        ] {
            assert_eq!(made_at_ms("faq", name), None, "{name}");
        }
    }
}
