//! The loads: callers that send much, ask much, or hold connections.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use std::cell::RefCell;
use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio::time::sleep;

use super::http::{Address, status_of, whole_length};

/// Time between two attempts of a caller whose connection is refused or closed.
const AGAIN: Duration = Duration::from_millis(100);

/// A kind of misuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// 16 connections post the bodies that cost most.
    Bodies,
    /// 200 connections ask questions of 530 bytes.
    Questions,
    /// 1,100 requests whose body never ends.
    HalfBodies,
    /// 5,000 connections that are idle or have sent half a head.
    HalfHeads,
}

impl Load {
    /// All loads.
    pub(crate) const ALL: [Self; 4] = [
        Self::Bodies,
        Self::Questions,
        Self::HalfBodies,
        Self::HalfHeads,
    ];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bodies => "bodies",
            Self::Questions => "questions",
            Self::HalfBodies => "half-bodies",
            Self::HalfHeads => "half-heads",
        }
    }

    /// The load of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|load| load.name() == name)
    }
}

/// What became of requests and connections, by a word for it.
type Told = Rc<RefCell<BTreeMap<String, usize>>>;

fn count(told: &Told, what: impl Into<String>) {
    *told.borrow_mut().entry(what.into()).or_default() += 1;
}

/// Runs `load` for `duration`, and says what became of its requests.
pub(crate) async fn run(load: Load, address: &Address, duration: Duration) -> String {
    let told = Told::default();
    let local = LocalSet::new();
    let callers = match load {
        Load::Bodies => 16,
        Load::Questions => 200,
        Load::HalfBodies => 1_100,
        Load::HalfHeads => 5_000,
    };
    let bodies = Rc::new(costly(address));
    for n in 0..callers {
        let (address, told, bodies) = (address.clone(), Rc::clone(&told), Rc::clone(&bodies));
        local.spawn_local(async move {
            match load {
                Load::Bodies => {
                    asking(&address, &told, |i| bodies[(n + i) % bodies.len()].clone()).await;
                }
                Load::Questions => {
                    asking(&address, &told, |i| question(&address, n * 1_000_003 + i)).await;
                }
                Load::HalfBodies => {
                    let whole = address.post("/assistant/query", &"x".repeat(500), "");
                    holding(&address, &told, &whole[..whole.len() - 400]).await;
                }
                Load::HalfHeads => {
                    let head = address.get("/livez");
                    // A third is silent, a third has sent half a head, a third had one answer and is idle.
                    let sent = match n % 3 {
                        0 => Vec::new(),
                        1 => head[..head.len() / 2].to_vec(),
                        _ => format!("GET /livez HTTP/1.1\r\nHost: {}\r\n\r\n", address.host)
                            .into_bytes(),
                    };
                    holding(&address, &told, &sent).await;
                }
            }
        });
    }
    // The timer ends the load; whatever the callers are at is dropped.
    let _ended = tokio::time::timeout(duration, local).await;
    let told = told.borrow();
    let parts: Vec<_> = told.iter().map(|(what, n)| format!("{what} {n}")).collect();
    parts.join(", ")
}

/// Sends one request after another on a connection, and reads each reply.
async fn asking(address: &Address, told: &Told, request: impl Fn(usize) -> Vec<u8>) {
    let mut i = 0;
    loop {
        let Ok(mut stream) = TcpStream::connect(address.socket).await else {
            count(told, "refused");
            sleep(AGAIN).await;
            continue;
        };
        loop {
            i += 1;
            let Some(status) = exchange(&mut stream, &request(i)).await else {
                count(told, "closed");
                break;
            };
            count(told, status.to_string());
            if status == 429 || status == 503 {
                sleep(AGAIN).await;
            }
        }
    }
}

async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Option<u16> {
    stream.write_all(request).await.ok()?;
    let mut reply = Vec::new();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let read = stream.read(&mut piece).await.ok()?;
        if read == 0 {
            return None;
        }
        reply.extend_from_slice(&piece[..read]);
        if whole_length(&reply).is_some_and(|length| reply.len() >= length) {
            return status_of(&reply);
        }
    }
}

/// Opens a connection, sends `start` and holds it for as long as the service does; then another one.
async fn holding(address: &Address, told: &Told, start: &[u8]) {
    loop {
        match TcpStream::connect(address.socket).await {
            Ok(mut stream) => {
                count(told, "opened");
                if stream.write_all(start).await.is_ok() {
                    let mut rest = [0; 1024];
                    while let Ok(1..) = stream.read(&mut rest).await {}
                }
                count(told, "closed");
            }
            Err(_) => count(told, "refused"),
        }
        sleep(AGAIN).await;
    }
}

/// A question of 530 bytes, unlike the others.
fn question(address: &Address, n: usize) -> Vec<u8> {
    let mut text = format!("câu {n}: phí đặt cọc an toàn là bao nhiêu và ai trả, ");
    let filler = "xe tôi là Toyota Vios 2019 đi 45000 km, ở Hà Nội, muốn bán nhanh; ";
    while text.len() + filler.len() <= 490 {
        text.push_str(filler);
    }
    text.push_str(&"?".repeat(490_usize.saturating_sub(text.len())));
    address.post("/assistant/query", &json(&text), "")
}

fn json(query: &str) -> String {
    format!("{{\"query\":{query:?}}}")
}

/// The bodies that cost most: long messages, many keys, long histories, and one that is larger than the limit.
fn costly(address: &Address) -> Vec<Vec<u8>> {
    let repeated = "vios 4 ".repeat(1_400);
    let mut pasted = String::new();
    for n in 0..200 {
        let _infallible = write!(
            pasted,
            "Toyota Vios 1.5G {} - {} triệu, ",
            2010 + n % 14,
            300 + n
        );
    }
    let pasted: String = pasted.chars().take(9_800).collect();
    let mut keys = String::from("{");
    for n in 0..80_000 {
        let _infallible = write!(keys, "\"k{n:06}\":1,");
    }
    keys.push_str("\"model\":\"Vios\"}");
    let turn = format!(
        "{{\"role\":\"user\",\"content\":{:?}}},",
        "vios 2019 giá bao nhiêu ".repeat(100)
    );
    let history = format!(
        "{{\"messages\":[{}{{\"role\":\"user\",\"content\":\"vios 2019 45000 km\"}}]}}",
        turn.repeat(350)
    );
    let feedback = format!(
        "{{\"conversationId\":\"c\",\"query\":\"x\",\"helpful\":true,\"citations\":[{:?}]}}",
        "y".repeat(900_000)
    );
    vec![
        address.post("/assistant/query", &json(&repeated), ""),
        address.post("/predict", &keys, ""),
        address.post("/assistant/query", &json(&pasted), ""),
        address.post("/v1/chat/completions", &history, ""),
        address.post("/v1/faq/search", &json(&repeated), ""),
        address.post("/v1/assistant/feedback", &feedback, ""),
        address.post("/predict", &" ".repeat(1_500_000), ""),
    ]
}
