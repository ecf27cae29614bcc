//! Setting up a client, and sending with it.

use std::sync::Arc;
use std::time::Duration;

use http::Request;
use reqwest::redirect::Policy;
use url::Url;

use crate::error::ms;
use crate::trust::Trust;
use crate::{Error, Problem, Proxies, Reply, RequestBody, Result, redacted};

/// What becomes of a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirects {
    /// It is the answer.
    Hand,
    /// It is followed, so often at most. Credentials do not travel to another host.
    Follow(usize),
}

/// The settings of a client.
#[derive(Debug)]
pub struct Builder {
    user_agent: String,
    connect_timeout: Duration,
    read_timeout: Option<Duration>,
    timeout: Option<Duration>,
    idle_timeout: Duration,
    redirects: Redirects,
    tls_only: bool,
    needs_tls: bool,
    proxies: Option<Proxies>,
    trust: Option<Trust>,
}

impl Builder {
    /// A client that calls itself `user_agent`, waits 10 s for a connection and without end for an answer, keeps idle
    /// connections for 60 s, hands redirects on and goes by the proxies of the environment.
    pub fn new(user_agent: &str) -> Self {
        Self {
            user_agent: user_agent.to_owned(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: None,
            timeout: None,
            idle_timeout: Duration::from_mins(1),
            redirects: Redirects::Hand,
            tls_only: false,
            needs_tls: false,
            proxies: None,
            trust: None,
        }
    }

    /// Longest time for a connection to be made, TLS and proxy included.
    #[must_use]
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// Longest silence: from a request to the head of its answer, and between two pieces of the body.
    #[must_use]
    pub fn read_timeout(mut self, time: Duration) -> Self {
        self.read_timeout = Some(time);
        self
    }

    /// Longest time for a whole exchange, the body included.
    #[must_use]
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = Some(time);
        self
    }

    /// How long an idle connection is kept.
    #[must_use]
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.idle_timeout = time;
        self
    }

    /// What becomes of redirects.
    #[must_use]
    pub fn redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = redirects;
        self
    }

    /// Refuses `http://` addresses, those of redirects too.
    #[must_use]
    pub fn tls_only(mut self, only: bool) -> Self {
        self.tls_only = only;
        self
    }

    /// Whether `https://` addresses will be asked. If so, a system without certificates is an error of [`Self::build`]; if
    /// not, such a system may still ask its own servers over plain HTTP.
    #[must_use]
    pub fn needs_tls(mut self, needs: bool) -> Self {
        self.needs_tls = needs;
        self
    }

    /// Other proxies than those of the environment.
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = Some(proxies);
        self
    }

    /// Other certificates than those of the system.
    #[cfg(test)]
    pub(crate) fn trust(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::NoCertificates`] where TLS is needed, [`Error::Proxy`] for a variable, [`Error::Setup`] for a user agent that no
    /// header can carry.
    pub fn build(self) -> Result<Client> {
        let proxies = Arc::new(match self.proxies {
            Some(proxies) => proxies,
            None => Proxies::from_env()?,
        });
        let trust = self.trust.unwrap_or_else(Trust::native);
        if self.needs_tls || self.tls_only {
            trust.require()?;
        }
        let through = Arc::clone(&proxies);
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(trust.config()?)
            .no_proxy()
            .proxy(reqwest::Proxy::custom(move |url| through.of(url).cloned()))
            .user_agent(self.user_agent)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.idle_timeout)
            .https_only(self.tls_only)
            .referer(false)
            .redirect(match self.redirects {
                Redirects::Hand => Policy::none(),
                Redirects::Follow(most) => Policy::limited(most),
            });
        if let Some(time) = self.read_timeout {
            builder = builder.read_timeout(time);
        }
        if let Some(time) = self.timeout {
            builder = builder.timeout(time);
        }
        let http = builder.build().map_err(|error| Error::Setup {
            detail: format!("the HTTP client: {error}"),
        })?;
        Ok(Client {
            http,
            proxies,
            trust,
            patience: self.timeout.or(self.read_timeout),
        })
    }
}

/// A client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    proxies: Arc<Proxies>,
    trust: Trust,
    /// The time that messages name when it is over.
    patience: Option<Duration>,
}

impl Client {
    /// Sends a request and hands back the head of its answer, whatever its status.
    ///
    /// # Errors
    /// [`Error::Request`], and [`Error::NoCertificates`] for an `https://` address on a system without certificates.
    pub async fn send<B: Into<RequestBody>>(&self, request: Request<B>) -> Result<Reply> {
        let (head, body) = request.into_parts();
        let address = head.uri.to_string();
        let failed = |problem| Error::Request {
            url: redacted(&address),
            problem,
        };
        let url =
            Url::parse(&address).map_err(|error| failed(Problem::Unsendable(error.to_string())))?;
        if url.scheme() == "https" {
            self.trust.require()?;
        }
        let proxy = self.proxies.of(&url).map(|proxy| redacted(proxy.as_str()));
        let sent = self
            .http
            .request(head.method, url)
            .headers(head.headers)
            .body(body)
            .send()
            .await;
        match sent {
            Ok(response) => Ok(Reply::new(response)),
            Err(error) => {
                let problem = Problem::of_request(error, proxy.as_deref());
                Err(failed(match (problem, self.patience) {
                    (Problem::Timeout(_), Some(patience)) => {
                        Problem::Timeout(format!("nothing within {}", ms(patience)))
                    }
                    (problem, _) => problem,
                }))
            }
        }
    }
}
