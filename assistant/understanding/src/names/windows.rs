//! Names at a place of a message, over one word or several.

use std::ops::Range;

use super::index::{Named, Names};
use crate::text::{Kind, Text};

/// Longest names, in tokens.
pub(super) const WINDOW: usize = 6;

/// A name at a place.
#[derive(Debug)]
pub(super) struct Window<'i, T> {
    pub(super) span: Range<usize>,
    pub(super) key: &'i str,
    pub(super) senses: &'i [T],
}

/// The names that begin at `start`, the longest first.
pub(super) fn names_at<'i, T>(
    names: &'i Names<T>,
    text: &Text,
    start: usize,
) -> Vec<Window<'i, T>> {
    let mut found = Vec::new();
    let begins_name = text.get(start).is_some_and(|token| match token.kind {
        Kind::Word => names.may_begin_with(token.word.hash()),
        // The points of a number are not in the key.
        Kind::Number => true,
        Kind::Mark => false,
    });
    if !begins_name {
        return found;
    }
    // The key so far, and the offsets in it where words part.
    let (mut key, mut parted) = (String::new(), Vec::new());
    let mut candidates = names.all();
    for end in start..text.len().min(start + WINDOW) {
        let token = &text.tokens[end];
        if token.kind == Kind::Mark {
            // The hyphen of `CX-5` and the sign of `Lynk & Co`; other marks end a name.
            let hyphen = token.lower() == "-" && token.glued && text.glued(end + 1);
            if hyphen || token.lower() == "&" {
                continue;
            }
            break;
        }
        let previous = end.checked_sub(1).and_then(|before| text.get(before));
        let numeric = token.kind == Kind::Number || previous.is_some_and(|p| p.kind != Kind::Word);
        if end > start && !token.glued && !numeric {
            parted.push(key.len());
        }
        key.extend(token.plain().chars().filter(|c| c.is_alphanumeric()));
        candidates = names.beginning_with(&key, candidates);
        let Some(first) = candidates.clone().next() else {
            break;
        };
        let (name, named): (&str, &Named<T>) = names.get(first);
        if name == key && parted.iter().all(|offset| named.parts_at(*offset)) {
            found.push(Window {
                span: start..end + 1,
                key: name,
                senses: &named.senses,
            });
        }
    }
    found.reverse();
    found
}
