//! The store in a Qdrant server, over gRPC.
//!
//! The name of the index is an alias. An index that is made anew grows in a collection of its own (module `name`) until all
//! its points are there; then the alias moves in one step, and what it stood for before is removed. A collection that we
//! did not make is never touched, whatever its name.
//!
//! Searches go to the collection itself and not through the alias: so they see the index that they were told to see, and
//! none that another service has put in its place. Where that collection is gone, the alias says where to go.

mod connection;
#[cfg(test)]
pub(crate) mod mock;
mod name;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::vectors_config;
use qdrant_client::qdrant::{
    AliasOperations, ChangeAliases, CreateAlias, CreateCollection, CreateFieldIndexCollection,
    DeleteAlias, DeleteCollection, Distance, FieldType, GetCollectionInfoRequest,
    ListAliasesRequest, ListCollectionsRequest, QueryPoints, ScrollPoints, SearchParams,
    UpsertPoints, VectorParams, VectorsConfig,
};

use super::{Header, Hit, Later, Point, Query, StoreError, VectorStore, dims};
use crate::ApiKey;
use connection::Connection;

/// Name of the index where an operator says no other; the one that the platform's services know.
pub const COLLECTION: &str = "faq_embeddings";

/// Time for a question to the server, and for a change in it.
const QUESTION: Duration = Duration::from_secs(2);
const CHANGE: Duration = Duration::from_mins(1);
/// Most points that a search asks for: a text has up to some dozens of them.
const NEAREST: u64 = 4_096;
/// How often the alias is asked again where the collection that it stood for is gone.
const TRIES: usize = 3;
/// Points that are sent at once.
const BATCH: usize = 256;
/// Age in milliseconds from which a collection that no alias stands for is what an interrupted run left behind.
const ABANDONED_MS: u64 = 3_600_000;
/// Longest name that is taken; the server takes 255 bytes, of which what follows the alias needs some.
const LONGEST_NAME: usize = 200;

/// Which server, and which index there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Address of its gRPC interface, such as `http://127.0.0.1:6334`.
    pub url: String,
    /// Its key.
    pub api_key: Option<ApiKey>,
    /// Name of the index.
    pub collection: String,
}

/// See the module.
#[derive(Debug)]
pub struct Qdrant {
    connection: Connection,
    alias: String,
    /// Where the last search went.
    current: RwLock<Option<Arc<Index>>>,
}

/// A collection, and what it was made of.
#[derive(Debug, PartialEq, Eq)]
struct Index {
    collection: String,
    header: Header,
}

impl Qdrant {
    /// A store in the server that `config` names, which is not called yet.
    ///
    /// # Errors
    /// [`StoreError::Setting`] where `config` cannot be used; [`StoreError::Unreachable`] where this machine has no
    /// certificates to check the server's with.
    pub fn new(config: &Config) -> Result<Self, StoreError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        let alias = config.collection.as_str();
        if !(1..=LONGEST_NAME).contains(&alias.len()) || !alias.bytes().all(is_plain) {
            return Err(StoreError::Setting {
                field: "qdrant_collection",
                value: alias.to_owned(),
                valid: "1 to 200 letters, digits, `_`, `-` and `.`",
            });
        }
        Ok(Self {
            connection: Connection::new(config)?,
            alias: alias.to_owned(),
            current: RwLock::new(None),
        })
    }

    /// Names of all collections.
    async fn collections(&self) -> Result<Vec<String>, StoreError> {
        let request = self.connection.signed(ListCollectionsRequest {});
        let mut client = self.connection.collections();
        let listed = client.list(request);
        let listed = self
            .connection
            .call("list its collections", QUESTION, listed)
            .await?;
        Ok(listed.collections.into_iter().map(|own| own.name).collect())
    }

    /// The collection that the alias stands for.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the name is a collection, or an alias of one, that we did not make.
    async fn aliased(&self) -> Result<Option<String>, StoreError> {
        let request = self.connection.signed(ListAliasesRequest {});
        let mut client = self.connection.collections();
        let listed = client.list_aliases(request);
        let listed = self
            .connection
            .call("list its aliases", QUESTION, listed)
            .await?;
        let ours = listed
            .aliases
            .into_iter()
            .find(|own| own.alias_name == self.alias);
        let is_taken = match &ours {
            Some(own) => name::made_at_ms(&self.alias, &own.collection_name).is_none(),
            None => self.collections().await?.contains(&self.alias),
        };
        if is_taken {
            return Err(StoreError::Taken {
                server: self.connection.server(),
                name: self.alias.clone(),
            });
        }
        Ok(ours.map(|own| own.collection_name))
    }

    /// The index that the alias stands for.
    async fn resolve(&self) -> Result<Option<Index>, StoreError> {
        for _ in 0..TRIES {
            let Some(collection) = self.aliased().await? else {
                return Ok(None);
            };
            if let Some(header) = self.made_of(&collection).await? {
                return Ok(Some(Index { collection, header }));
            }
        }
        Ok(None)
    }

    /// What the index in a collection was made of; `None` if the collection is gone or empty.
    async fn made_of(&self, collection: &str) -> Result<Option<Header>, StoreError> {
        let request = self.connection.signed(GetCollectionInfoRequest {
            collection_name: collection.to_owned(),
        });
        let mut client = self.connection.collections();
        let info = client.get(request);
        let info = self
            .connection
            .look("describe the index", QUESTION, info)
            .await?;
        let config = info.and_then(|info| info.result?.config?.params?.vectors_config?.config);
        let Some(vectors_config::Config::Params(params)) = config else {
            return Ok(None);
        };
        let request = self.connection.signed(ScrollPoints {
            collection_name: collection.to_owned(),
            limit: Some(1),
            with_payload: Some(vec![wire::CORPUS, wire::EMBEDDER].into()),
            ..ScrollPoints::default()
        });
        let mut client = self.connection.points();
        let page = client.scroll(request);
        let page = self
            .connection
            .look("read the index", QUESTION, page)
            .await?;
        let first = page.and_then(|page| page.result.into_iter().next());
        Ok(first.and_then(|point| {
            Some(Header {
                embedder: wire::text(&point.payload, wire::EMBEDDER)?.to_owned(),
                corpus: wire::text(&point.payload, wire::CORPUS)?.to_owned(),
                dims: params.size as usize,
            })
        }))
    }

    fn current(&self) -> Option<Arc<Index>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn go_to(&self, index: Index) -> Arc<Index> {
        let index = Arc::new(index);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        index
    }

    /// Searches one collection; `None` if there is no such collection.
    async fn nearest(
        &self,
        collection: &str,
        query: &Query<'_>,
    ) -> Result<Option<Vec<Hit>>, StoreError> {
        let request = self.connection.signed(QueryPoints {
            collection_name: collection.to_owned(),
            query: Some(query.vector.to_vec().into()),
            filter: wire::filter(query.filter),
            // Some thousands of vectors are compared faster than a graph of them is walked, and none is missed.
            params: Some(SearchParams {
                exact: Some(true),
                ..SearchParams::default()
            }),
            limit: Some(NEAREST),
            with_payload: Some(vec![wire::ENTRY, wire::VIEW].into()),
            ..QueryPoints::default()
        });
        let mut client = self.connection.points();
        let found = self
            .connection
            .look("search the index", QUESTION, client.query(request))
            .await?;
        Ok(found.map(|found| {
            let mut seen = HashSet::new();
            let hits = found.result.iter().filter_map(wire::hit);
            hits.filter(|hit| seen.insert((Arc::clone(&hit.entry), hit.view)))
                .collect()
        }))
    }

    async fn find(&self, query: &Query<'_>) -> Result<Vec<Hit>, StoreError> {
        if let Some(index) = self.current()
            && query.fits(&index.header).is_ok()
            && let Some(hits) = self.nearest(&index.collection, query).await?
        {
            return Ok(hits);
        }
        for _ in 0..TRIES {
            let index = self.resolve().await?.ok_or(StoreError::Empty)?;
            query.fits(&index.header)?;
            let index = self.go_to(index);
            if let Some(hits) = self.nearest(&index.collection, query).await? {
                return Ok(hits);
            }
        }
        Err(StoreError::Empty)
    }

    async fn put(&self, header: Header, points: Vec<Point>) -> Result<(), StoreError> {
        for point in &points {
            dims(&point.vector, &header)?;
        }
        // Refuses a name that is taken before anything is made.
        self.aliased().await?;
        let held = self.collections().await?;
        let now_ms = now_ms();
        let mut at_ms = now_ms;
        while held.contains(&name::collection(&self.alias, &header, at_ms)) {
            at_ms += 1;
        }
        let collection = name::collection(&self.alias, &header, at_ms);
        self.create(&collection, &header).await?;
        if let Err(error) = self.fill(&collection, &header, &points).await {
            self.remove(&collection).await;
            return Err(error);
        }
        // Should its answer be lost, the alias may have moved: the new collection stays.
        let before = self.move_alias(&collection).await?;
        self.go_to(Index { collection, header });
        self.tidy(&held, before.as_deref(), now_ms).await;
        Ok(())
    }

    async fn create(&self, collection: &str, header: &Header) -> Result<(), StoreError> {
        let vectors = VectorParams {
            size: header.dims as u64,
            distance: Distance::Cosine.into(),
            ..VectorParams::default()
        };
        let request = self.connection.signed(CreateCollection {
            collection_name: collection.to_owned(),
            vectors_config: Some(VectorsConfig {
                config: Some(vectors.into()),
            }),
            ..CreateCollection::default()
        });
        let mut client = self.connection.collections();
        let deed = "make a collection";
        let made = self
            .connection
            .call(deed, CHANGE, Box::pin(client.create(request)))
            .await;
        made.map(|_| ())
    }

    async fn fill(
        &self,
        collection: &str,
        header: &Header,
        points: &[Point],
    ) -> Result<(), StoreError> {
        for field in wire::INDEXED {
            let request = self.connection.signed(CreateFieldIndexCollection {
                collection_name: collection.to_owned(),
                wait: Some(true),
                field_name: field.to_owned(),
                field_type: Some(FieldType::Keyword.into()),
                ..CreateFieldIndexCollection::default()
            });
            let mut client = self.connection.points();
            let made = client.create_field_index(request);
            self.connection
                .call("index the payload", CHANGE, made)
                .await?;
        }
        for (batch, first) in points.chunks(BATCH).zip((0_u64..).step_by(BATCH)) {
            let numbered = batch.iter().zip(first..);
            let request = self.connection.signed(UpsertPoints {
                collection_name: collection.to_owned(),
                wait: Some(true),
                points: numbered
                    .map(|(point, number)| wire::point(number, point, header))
                    .collect(),
                ..UpsertPoints::default()
            });
            let mut client = self.connection.points();
            self.connection
                .call("take points", CHANGE, client.upsert(request))
                .await?;
        }
        Ok(())
    }

    /// Has the alias stand for `collection`, in one step; gives what it stood for before.
    async fn move_alias(&self, collection: &str) -> Result<Option<String>, StoreError> {
        let before = self.aliased().await?;
        let alias_name = self.alias.clone();
        let delete = before.as_ref().map(|_| {
            Action::DeleteAlias(DeleteAlias {
                alias_name: alias_name.clone(),
            })
        });
        let create = Action::CreateAlias(CreateAlias {
            collection_name: collection.to_owned(),
            alias_name: self.alias.clone(),
        });
        let actions = delete.into_iter().chain([create]);
        let request = self.connection.signed(ChangeAliases {
            actions: actions
                .map(|action| AliasOperations {
                    action: Some(action),
                })
                .collect(),
            timeout: None,
        });
        let mut client = self.connection.collections();
        self.connection
            .call("move the alias", CHANGE, client.update_aliases(request))
            .await?;
        Ok(before)
    }

    /// Removes, of the collections that were `held`, what the alias stood for `before`, and what interrupted runs left
    /// behind. The new index is in its place already: what cannot be removed now will be the next time.
    async fn tidy(&self, held: &[String], before: Option<&str>, now_ms: u64) {
        for collection in held {
            let made_at_ms = name::made_at_ms(&self.alias, collection);
            let is_old = made_at_ms.is_some_and(|at| at + ABANDONED_MS < now_ms);
            if is_old || before == Some(collection) {
                self.remove(collection).await;
            }
        }
    }

    async fn remove(&self, collection: &str) {
        let request = self.connection.signed(DeleteCollection {
            collection_name: collection.to_owned(),
            timeout: None,
        });
        let mut client = self.connection.collections();
        let removed = client.delete(request);
        let deed = "remove a collection";
        if let Err(error) = self.connection.look(deed, CHANGE, removed).await {
            tracing::warn!(collection, %error, "a collection is not removed");
        }
    }
}

impl VectorStore for Qdrant {
    fn replace(&self, header: Header, points: Vec<Point>) -> Later<'_, ()> {
        Box::pin(self.put(header, points))
    }

    fn header(&self) -> Later<'_, Option<Header>> {
        Box::pin(async { Ok(self.resolve().await?.map(|index| index.header)) })
    }

    fn search<'a>(&'a self, query: Query<'a>) -> Later<'a, Vec<Hit>> {
        Box::pin(async move { self.find(&query).await })
    }
}

/// Milliseconds since 1970.
fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_millis() as u64
}
