//! The client against servers and proxies of this machine, which do what theirs do elsewhere.

mod answers;
mod proxied;
mod server;

use http::Request;

use crate::{Builder, Client, Error, Problem, Proxies, Reply, RequestBody, Result};

/// A client that no variable of the machine can send elsewhere.
fn client() -> Client {
    plain(Builder::new("giaxe/test").proxies(Proxies::none()))
}

fn plain(builder: Builder) -> Client {
    builder.build().expect("a client")
}

async fn get(client: &Client, url: &str) -> Result<Reply> {
    let request = Request::get(url).body(RequestBody::default());
    client.send(request.expect("a request")).await
}

/// What became of a request that must fail before its answer began.
async fn problem(client: &Client, url: &str) -> Problem {
    match get(client, url).await {
        Ok(reply) => panic!("{url} answered {}", reply.status()),
        Err(Error::Request { problem, .. }) => problem,
        Err(other) => panic!("{url}: {other}"),
    }
}
