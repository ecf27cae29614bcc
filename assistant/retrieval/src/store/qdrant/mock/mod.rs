//! A stand-in for a Qdrant server: it speaks its gRPC protocol on loopback, and keeps points in memory.
//!
//! It knows the calls that the store makes, and what the real server does with them: names resolve through aliases, a
//! change of several aliases is one step, vectors are normalised, what does not exist is `NotFound`. Any other call, and
//! any condition but a whole keyword, is refused. It can be killed, with or without its data, and come back.

// Two crates' tests run it, and neither needs all of it.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use qdrant_client::qdrant::Value;
use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use tonic::Status;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

mod collections;
mod points;

/// The key that it wants, where it wants one.
pub const KEY: &str = "stand-in-key";

/// A point as it is kept.
#[derive(Debug, Clone)]
struct Kept {
    payload: HashMap<String, Value>,
    /// Of length 1.
    vector: Vec<f32>,
}

#[derive(Debug, Default)]
struct Collection {
    size: usize,
    indexed: BTreeSet<String>,
    points: BTreeMap<u64, Kept>,
}

#[derive(Debug, Default)]
struct Data {
    collections: BTreeMap<String, Collection>,
    aliases: BTreeMap<String, String>,
}

impl Data {
    fn name<'n>(&'n self, name: &'n str) -> &'n str {
        self.aliases.get(name).map_or(name, String::as_str)
    }

    fn collection(&self, name: &str) -> Result<&Collection, Status> {
        self.collections
            .get(self.name(name))
            .ok_or_else(|| absent(name))
    }

    fn collection_mut(&mut self, name: &str) -> Result<&mut Collection, Status> {
        let name = self.name(name).to_owned();
        let absent = absent(&name);
        self.collections.get_mut(&name).ok_or(absent)
    }
}

fn absent(name: &str) -> Status {
    Status::not_found(format!("Not found: Collection `{name}` doesn't exist!"))
}

/// What the services of one server share.
#[derive(Debug, Clone, Default)]
struct Shared {
    data: Arc<Mutex<Data>>,
    searches: Arc<AtomicUsize>,
    /// Takes calls and never answers.
    hangs: Arc<AtomicBool>,
    wants_key: bool,
}

impl Shared {
    fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The message of a request that may be answered.
    async fn admit<T>(&self, request: tonic::Request<T>) -> Result<T, Status> {
        while self.hangs.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let key = request.metadata().get("api-key");
        if self.wants_key && key.is_none_or(|key| key != KEY) {
            return Err(Status::unauthenticated("Must provide an API key"));
        }
        Ok(request.into_inner())
    }
}

/// A server on loopback; dropping it kills it.
pub struct MockQdrant {
    address: SocketAddr,
    shared: Shared,
    /// The server's own, so that killing it cuts every line at once, as a crash does.
    runtime: Option<tokio::runtime::Runtime>,
}

impl MockQdrant {
    /// A server without data, on a port of its own.
    pub fn start() -> Self {
        Self::over(Shared::default())
    }

    /// The same, which wants [`KEY`].
    pub fn with_key() -> Self {
        Self::over(Shared {
            wants_key: true,
            ..Shared::default()
        })
    }

    /// A server without data that is to be started later, on a port that is free now.
    pub fn later() -> Self {
        let mut own = Self::start();
        own.kill();
        own
    }

    fn over(shared: Shared) -> Self {
        let mut own = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            shared,
            runtime: None,
        };
        own.restart();
        own
    }

    /// What a client is to be told.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Searches so far.
    pub fn searches(&self) -> usize {
        self.shared.searches.load(Ordering::SeqCst)
    }

    /// Has it take calls and answer none, or answer again.
    pub fn hang(&self, hangs: bool) {
        self.shared.hangs.store(hangs, Ordering::SeqCst);
    }

    /// Kills the process, as it were: connections break, the port is closed.
    pub fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting for it is nothing for a thread that drives other tasks.
            let killed =
                std::thread::spawn(move || runtime.shutdown_timeout(Duration::from_secs(5)));
            killed.join().expect("the server ends");
        }
    }

    /// Forgets everything, as a server whose disk was lost.
    pub fn forget(&self) {
        *self.shared.data() = Data::default();
    }

    /// Starts it again on the port that it had.
    pub fn restart(&mut self) {
        let listener = std::net::TcpListener::bind(self.address).expect("the port is free");
        listener.set_nonblocking(true).expect("a socket");
        self.address = listener.local_addr().expect("an address");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let services = Server::builder()
            .add_service(CollectionsServer::new(self.shared.clone()))
            .add_service(PointsServer::new(self.shared.clone()));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            services
                .serve_with_incoming(TcpIncoming::from(listener))
                .await
        });
        self.runtime = Some(runtime);
    }

    /// Names of the collections.
    pub fn collections(&self) -> Vec<String> {
        self.shared.data().collections.keys().cloned().collect()
    }

    /// What an alias stands for.
    pub fn alias(&self, alias: &str) -> Option<String> {
        self.shared.data().aliases.get(alias).cloned()
    }

    /// Has an alias stand for a collection.
    pub fn set_alias(&self, alias: &str, collection: &str) {
        let mut data = self.shared.data();
        data.aliases.insert(alias.to_owned(), collection.to_owned());
    }

    /// Makes a collection with one point, as another service would.
    pub fn add_collection(&self, name: &str) {
        let kept = Kept {
            payload: HashMap::from([("text".to_owned(), "somebody's".into())]),
            vector: vec![1.0, 0.0, 0.0],
        };
        let collection = Collection {
            size: 3,
            indexed: BTreeSet::new(),
            points: BTreeMap::from([(0, kept)]),
        };
        let mut data = self.shared.data();
        data.collections.insert(name.to_owned(), collection);
    }

    /// Points of a collection, and the fields of their payload that are indexed.
    pub fn describe(&self, name: &str) -> Option<(usize, Vec<String>)> {
        let data = self.shared.data();
        let collection = data.collection(name).ok()?;
        let indexed = collection.indexed.iter().cloned().collect();
        Some((collection.points.len(), indexed))
    }
}

impl Drop for MockQdrant {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Calls that nobody makes.
macro_rules! unknown {
    ($($name:ident: $request:ident -> $reply:ident,)+) => {
        $(
            fn $name<'own, 'future>(
                &'own self,
                _request: tonic::Request<qdrant_client::qdrant::$request>,
            ) -> std::pin::Pin<Box<dyn Future<
                Output = Result<tonic::Response<qdrant_client::qdrant::$reply>, tonic::Status>,
            > + Send + 'future>>
            where
                'own: 'future,
                Self: 'future,
            {
                Box::pin(std::future::ready(Err(tonic::Status::unimplemented(stringify!($name)))))
            }
        )+
    };
}
use unknown;
