//! Points and filters as Qdrant has them.

use std::collections::HashMap;

use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::{Condition, Filter as WireFilter, PointStruct, ScoredPoint, Value};
use qdrant_client::{Payload as WirePayload, qdrant};

use crate::store::{Filter, Header, Hit, Point, View};

/// Fields of a point's payload.
pub(super) const ENTRY: &str = "entry";
pub(super) const VIEW: &str = "view";
const LANGUAGE: &str = "language";
const CATEGORY: &str = "category";
const KEYWORDS: &str = "keywords";
pub(super) const CORPUS: &str = "corpus";
pub(super) const EMBEDDER: &str = "embedder";

/// The fields that searches are narrowed by.
pub(super) const INDEXED: [&str; 3] = [LANGUAGE, CATEGORY, KEYWORDS];

/// A point of an index made of `header`, by its number. Each says what it was made of, for a collection has no place for
/// that which all versions of the server know.
pub(super) fn point(number: u64, point: &Point, header: &Header) -> PointStruct {
    let own = &point.payload;
    let mut payload = WirePayload::with_capacity(7);
    payload.insert(ENTRY, &*own.entry);
    payload.insert(VIEW, word(own.view));
    payload.insert(LANGUAGE, own.language.code());
    payload.insert(CATEGORY, own.category.as_str());
    let keywords: Vec<Value> = own.keywords.iter().map(|own| own.as_str().into()).collect();
    payload.insert(KEYWORDS, keywords);
    payload.insert(CORPUS, header.corpus.as_str());
    payload.insert(EMBEDDER, header.embedder.as_str());
    PointStruct::new(number, point.vector.as_slice(), payload)
}

fn word(view: View) -> &'static str {
    match view {
        View::Question => "question",
        View::Answer => "answer",
    }
}

/// The point that an answer holds; `None` if it is not one of ours.
pub(super) fn hit(point: &ScoredPoint) -> Option<Hit> {
    let view = match text(&point.payload, VIEW)? {
        "question" => View::Question,
        "answer" => View::Answer,
        _ => return None,
    };
    Some(Hit {
        entry: text(&point.payload, ENTRY)?.into(),
        view,
        score: point.score,
    })
}

/// A text of a payload.
pub(super) fn text<'p>(payload: &'p HashMap<String, Value>, field: &str) -> Option<&'p str> {
    payload.get(field)?.as_str().map(String::as_str)
}

/// The filter in Qdrant's form; `None` if all points pass.
pub(super) fn filter(filter: &Filter) -> Option<WireFilter> {
    let language = filter.language.map(|own| own.code().to_owned());
    let fields = [
        (LANGUAGE, language),
        (CATEGORY, filter.category.clone()),
        (KEYWORDS, filter.keyword.clone()),
    ];
    let conditions: Vec<Condition> = fields
        .into_iter()
        .filter_map(|(field, value)| Some(is(field, value?)))
        .collect();
    (!conditions.is_empty()).then(|| WireFilter::must(conditions))
}

/// That a field holds `value`. `Condition::matches` would search a text with a space in it word by word.
fn is(field: &str, value: String) -> Condition {
    Condition::from(qdrant::condition::ConditionOneOf::Field(
        qdrant::FieldCondition {
            key: field.to_owned(),
            r#match: Some(MatchValue::Keyword(value).into()),
            ..qdrant::FieldCondition::default()
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn words_with_spaces_are_matched_whole() {
        let all = Filter {
            language: Some(Language::Vietnamese),
            category: Some("Đặt cọc".to_owned()),
            keyword: None,
        };
        let wire = filter(&all).expect("a filter");
        let shown = format!("{wire:?}");
        assert_eq!(wire.must.len(), 2, "{shown}");
        assert!(shown.contains(r#"Keyword("Đặt cọc")"#), "{shown}");
        assert!(!shown.contains("Text("), "{shown}");
        assert_eq!(filter(&Filter::default()), None);
    }
}
