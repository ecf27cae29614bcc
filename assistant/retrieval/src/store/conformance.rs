//! What every store must do.

use super::*;

fn point(entry: &str, view: View, language: Language, vector: [f32; 3]) -> Point {
    Point {
        vector: vector.to_vec(),
        payload: Payload {
            entry: entry.into(),
            view,
            language,
            category: if entry == "a" { "Pay now" } else { "Sell" }.to_owned(),
            keywords: vec![format!("of {entry}"), "all".to_owned()],
        },
    }
}

fn header(corpus: &str) -> Header {
    Header {
        embedder: "test".to_owned(),
        corpus: corpus.to_owned(),
        dims: 3,
    }
}

/// Where the searches of the checks look from.
const EAST: [f32; 3] = [1.0, 0.0, 0.0];

/// Searches for all that is near to [`EAST`] in the index of the corpus `corpus`.
async fn search(
    store: &dyn VectorStore,
    corpus: &str,
    filter: &Filter,
) -> Result<Vec<Hit>, StoreError> {
    let query = Query {
        index: &header(corpus),
        vector: &EAST,
        filter,
    };
    store.search(query).await
}

/// Runs the checks on an empty store; leaves an index of the corpus `two` behind.
pub(crate) async fn check(store: &dyn VectorStore) {
    let every = Filter::default();
    assert_eq!(store.header().await.expect("a header"), None);
    assert!(matches!(
        search(store, "one", &every).await,
        Err(StoreError::Empty)
    ));

    let points = vec![
        point("a", View::Question, Language::English, [0.8, 0.6, 0.0]),
        point("a", View::Question, Language::English, EAST),
        point("a", View::Answer, Language::English, [0.6, 0.8, 0.0]),
        point("b", View::Question, Language::Vietnamese, [0.0, 0.0, 1.0]),
    ];
    store
        .replace(header("one"), points.clone())
        .await
        .expect("replaced");
    assert_eq!(store.header().await.expect("a header"), Some(header("one")));
    finds(store).await;
    filters(store).await;
    refuses(store).await;

    let fewer = vec![point(
        "c",
        View::Question,
        Language::English,
        [0.0, 1.0, 0.0],
    )];
    store.replace(header("two"), fewer).await.expect("replaced");
    let hits = search(store, "two", &every).await.expect("hits");
    assert_eq!(hits.len(), 1, "{hits:?}");
    assert!(
        matches!(
            search(store, "one", &every).await,
            Err(StoreError::Mismatch { found, expected }) if found == header("two") && expected == header("one")
        ),
        "an index of another corpus is not searched"
    );
    store
        .replace(header("two"), points)
        .await
        .expect("replaced by one of the same corpus");
    let hits = search(store, "two", &every).await.expect("hits");
    assert_eq!(hits.len(), 3, "{hits:?}");

    let uneven = vec![Point {
        vector: vec![1.0],
        ..point("d", View::Answer, Language::English, [0.0; 3])
    }];
    assert!(matches!(
        store.replace(header("three"), uneven).await,
        Err(StoreError::Dims {
            found: 1,
            expected: 3
        })
    ));
    assert_eq!(store.header().await.expect("a header"), Some(header("two")));
}

async fn finds(store: &dyn VectorStore) {
    let query = Query {
        index: &header("one"),
        vector: &EAST,
        filter: &Filter::default(),
    };
    let hits = store.search(query).await.expect("hits");
    let named: Vec<_> = hits.iter().map(|hit| (&*hit.entry, hit.view)).collect();
    let nearest_first = [
        ("a", View::Question),
        ("a", View::Answer),
        ("b", View::Question),
    ];
    assert_eq!(named, nearest_first, "a text of two vectors stands once");
    assert!((hits[0].score - 1.0).abs() < 1e-2, "{hits:?}");
    assert!((hits[1].score - 0.6).abs() < 1e-2, "{hits:?}");
}

async fn filters(store: &dyn VectorStore) {
    let language = |language| Filter {
        language: Some(language),
        ..Filter::default()
    };
    let category = |category: &str| Filter {
        category: Some(category.to_owned()),
        ..Filter::default()
    };
    let keyword = |keyword: &str| Filter {
        keyword: Some(keyword.to_owned()),
        ..Filter::default()
    };
    for (filter, entries) in [
        (language(Language::Vietnamese), vec!["b"]),
        (category("Pay now"), vec!["a", "a"]),
        // A part of a category or keyword is another one.
        (category("Pay"), vec![]),
        (keyword("of b"), vec!["b"]),
        (keyword("of"), vec![]),
        (keyword("all"), vec!["a", "a", "b"]),
        (
            Filter {
                language: Some(Language::Vietnamese),
                ..category("Pay now")
            },
            vec![],
        ),
    ] {
        let hits = search(store, "one", &filter).await.expect("hits");
        let found: Vec<_> = hits.iter().map(|hit| &*hit.entry).collect();
        assert_eq!(found, entries, "{filter:?}");
    }
}

async fn refuses(store: &dyn VectorStore) {
    let query = Query {
        index: &header("one"),
        vector: &[1.0],
        filter: &Filter::default(),
    };
    assert!(matches!(
        store.search(query).await,
        Err(StoreError::Dims {
            found: 1,
            expected: 3
        })
    ));
}
