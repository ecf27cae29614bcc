//! The client against a server that does what servers and gateways do.

mod faults;
mod patience;
mod replies;
mod stub;

use std::time::Duration;

use futures_util::StreamExt;

use self::stub::{Act, DONE, Stub, events, finish, text};
use super::*;
use crate::ApiKey;

fn config(base_url: &str) -> LlmConfig {
    let mut config = LlmConfig::new(base_url, "tiny");
    config.timeout = Duration::from_secs(5);
    config.first_token_timeout = Duration::from_secs(2);
    config.max_retries = 0;
    config
}

fn client(config: LlmConfig) -> LlmClient {
    LlmClient::new(config).expect("valid settings")
}

/// What a client without retries makes of `acts`: the text that came, and how it ended.
async fn ask(acts: Vec<Act>) -> (String, Result<Finish, LlmError>) {
    let stub = Stub::start(vec![acts]).await;
    read(client(config(&stub.base_url)).chat(vec![Message::user("hỏi")])).await
}

async fn read(mut stream: ChatStream) -> (String, Result<Finish, LlmError>) {
    let mut said = String::new();
    while let Some(delta) = stream.next().await {
        match delta {
            Ok(Delta::Text(more)) => said += &more,
            Ok(Delta::Finish(end)) => {
                assert!(stream.next().await.is_none(), "nothing follows the end");
                return (said, Ok(end));
            }
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing follows an error");
                return (said, Err(error));
            }
        }
    }
    panic!("a stream ends with a finish or an error; it said {said:?}");
}

fn stop() -> Finish {
    Finish {
        reason: FinishReason::Stop,
        usage: None,
    }
}

/// A reply without fault.
fn good() -> Vec<Act> {
    events(&[&text("ok"), &finish("stop"), DONE])
}
