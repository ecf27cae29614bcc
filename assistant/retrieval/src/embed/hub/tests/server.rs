//! A hub of one repository: lists files, sends on to where they are kept, serves ranges, misbehaves as told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::embed::files::hex;

/// How the hub misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// A connection ends after so many bytes of a file.
    CutAfter(usize),
    /// Ranges are answered with the whole file.
    NoRanges,
    /// This file is not what the listing says.
    Altered(&'static str),
    /// This file is another one, and listed as such.
    Replaced(&'static str),
    /// Files are longer than the listing says.
    Longer,
    /// Files are answered with this status.
    Status(u16),
    /// This file is not listed.
    Unlisted(&'static str),
    /// The listing is a page for people.
    Html,
}

struct Shared {
    files: Vec<(String, Vec<u8>)>,
    fault: Mutex<Fault>,
    asked: AtomicUsize,
    ranges: AtomicUsize,
}

/// A hub that answers until the test process ends.
pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    pub(super) fn start(files: Vec<(String, Vec<u8>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            files,
            fault: Mutex::new(Fault::None),
            asked: AtomicUsize::new(0),
            ranges: AtomicUsize::new(0),
        });
        let answering = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&answering);
                // A client that goes away early is its own matter.
                std::thread::spawn(move || shared.answer(stream).ok());
            }
        });
        Self { address, shared }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn set(&self, fault: Fault) {
        *self.shared.fault.lock().expect("no panic") = fault;
    }

    /// How many requests came.
    pub(super) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// How many of them asked for a part of a file.
    pub(super) fn ranges(&self) -> usize {
        self.shared.ranges.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut from = None;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(range) = header.strip_prefix("range: bytes=") {
                from = range.trim_end_matches('-').parse().ok();
            }
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        let fault = *self.fault.lock().expect("no panic");
        let mut stream = reader.into_inner();
        if path.starts_with("/api/models/") {
            let listing = self.listing(fault);
            let length = listing.len();
            let head =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
            return stream.write_all((head + &listing).as_bytes());
        }
        if let Some((_, file)) = path.split_once("/resolve/") {
            // Without the revision.
            let file = file.split_once('/').map_or(file, |(_, file)| file);
            let head = format!(
                "HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: /kept/{file}\r\ncontent-length: 0\r\n\r\n"
            );
            return stream.write_all(head.as_bytes());
        }
        self.send(&mut stream, path.trim_start_matches("/kept/"), from, fault)
    }

    fn content(&self, name: &str) -> Vec<u8> {
        let file = self.files.iter().find(|(file, _)| file == name);
        file.map(|(_, bytes)| bytes.clone()).unwrap_or_default()
    }

    fn listing(&self, fault: Fault) -> String {
        if fault == Fault::Html {
            return "<html>We are down for maintenance.</html>".into();
        }
        let mut entries =
            vec![json!({"type": "directory", "path": "onnx", "size": 0, "oid": "00"})];
        for (name, bytes) in &self.files {
            if fault == Fault::Unlisted("tokenizer.json") && name == "tokenizer.json" {
                continue;
            }
            let mut bytes = bytes.clone();
            if matches!(fault, Fault::Replaced(file) if file == name) {
                bytes.reverse();
            }
            let mut sha1 = Sha1::new();
            sha1.update(format!("blob {}\0", bytes.len()));
            sha1.update(&bytes);
            let oid = hex(&sha1.finalize());
            let mut entry = json!({"type": "file", "path": name, "size": bytes.len(), "oid": oid});
            if name == "model.safetensors" {
                let sha256 = hex(&Sha256::digest(&bytes));
                entry["oid"] = json!("of the pointer");
                entry["lfs"] = json!({"oid": sha256, "size": bytes.len(), "pointerSize": 133});
            }
            entries.push(entry);
        }
        json!(entries).to_string()
    }

    fn send(
        &self,
        stream: &mut TcpStream,
        name: &str,
        from: Option<usize>,
        fault: Fault,
    ) -> std::io::Result<()> {
        let mut bytes = self.content(name);
        match fault {
            Fault::Status(status) => {
                let head = format!(
                    "HTTP/1.1 {status} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                );
                return stream.write_all(head.as_bytes());
            }
            Fault::Altered(file) if file == name => bytes[0] ^= 1,
            Fault::Replaced(file) if file == name => bytes.reverse(),
            Fault::Longer => bytes.extend(b"and more"),
            _ => {}
        }
        let total = bytes.len();
        let from = from.filter(|_| fault != Fault::NoRanges);
        let (status, extra) = match from {
            Some(from) => {
                self.ranges.fetch_add(1, Ordering::SeqCst);
                bytes.drain(..from.min(total));
                let range = format!("content-range: bytes {from}-{}/{total}\r\n", total - 1);
                ("206 Partial Content", range)
            }
            None => ("200 OK", String::new()),
        };
        let length = bytes.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\n{extra}content-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        if let Fault::CutAfter(most) = fault {
            bytes.truncate(most);
        }
        stream.write_all(&bytes)
    }
}
