//! The store in this process: an exact scan over all vectors, kept in one file.
//!
//! A FAQ has some thousands of vectors; scanning them all takes less time than embedding the question, and misses none.
//!
//! The file is a line of JSON (magic, header, payloads, SHA-256 of the vectors) and the vectors, f32 little-endian.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use datasets::store::atomic;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Filter, Header, Hit, Later, Payload, Point, StoreError, VectorStore};

/// What the first line of a file says it is.
const MAGIC: &str = "giaxe-vectors/1";

/// The first line of a file.
#[derive(Serialize, Deserialize)]
struct Head {
    magic: String,
    header: Header,
    payloads: Vec<Payload>,
    sha256: String,
}

#[derive(Debug)]
struct Index {
    header: Header,
    payloads: Vec<Payload>,
    /// All vectors, one after another.
    vectors: Vec<f32>,
}

/// Vectors in memory, and in a file where one is named.
#[derive(Debug)]
pub struct Embedded {
    path: Option<PathBuf>,
    /// Searches clone the pointer and go on with the old index while a new one takes its place.
    index: RwLock<Option<Arc<Index>>>,
}

impl Embedded {
    /// A store that lives as long as the process.
    pub fn in_memory() -> Self {
        Self {
            path: None,
            index: RwLock::new(None),
        }
    }

    /// The store in the file at `path`, which need not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file is not an index; [`StoreError::File`] when it cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let index = match fs_err::read(path) {
            Ok(bytes) => Some(Arc::new(read(path, &bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(datasets::Error::Io(error).into()),
        };
        Ok(Self {
            path: Some(path.to_owned()),
            index: RwLock::new(index),
        })
    }

    fn index(&self) -> Option<Arc<Index>> {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn put(&self, header: Header, points: Vec<Point>) -> Result<(), StoreError> {
        let mut vectors = Vec::with_capacity(points.len() * header.dims);
        let mut payloads = Vec::with_capacity(points.len());
        for point in points {
            if point.vector.len() != header.dims {
                return Err(StoreError::Dims {
                    found: point.vector.len(),
                    expected: header.dims,
                });
            }
            vectors.extend(point.vector);
            payloads.push(point.payload);
        }
        let index = Index {
            header,
            payloads,
            vectors,
        };
        if let Some(path) = &self.path {
            write(path, &index)?;
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(index));
        Ok(())
    }

    fn nearest(
        &self,
        vector: &[f32],
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<Hit>, StoreError> {
        let index = self.index().ok_or(StoreError::Empty)?;
        let dims = index.header.dims;
        if vector.len() != dims {
            return Err(StoreError::Dims {
                found: vector.len(),
                expected: dims,
            });
        }
        let mut scored: Vec<(f32, usize)> = index
            .vectors
            .chunks_exact(dims)
            .enumerate()
            .filter(|(position, _)| filter.takes(&index.payloads[*position]))
            .map(|(position, own)| (own.iter().zip(vector).map(|(a, b)| a * b).sum(), position))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.truncate(limit);
        let hits = scored.into_iter().map(|(score, position)| Hit {
            entry: index.payloads[position].entry.clone(),
            view: index.payloads[position].view,
            score,
        });
        Ok(hits.collect())
    }
}

impl VectorStore for Embedded {
    fn replace(&self, header: Header, points: Vec<Point>) -> Later<'_, ()> {
        Box::pin(async move { self.put(header, points) })
    }

    fn header(&self) -> Later<'_, Option<Header>> {
        Box::pin(async move { Ok(self.index().map(|index| index.header.clone())) })
    }

    fn search<'a>(
        &'a self,
        vector: &'a [f32],
        filter: &'a Filter,
        limit: usize,
    ) -> Later<'a, Vec<Hit>> {
        Box::pin(async move { self.nearest(vector, filter, limit) })
    }
}

fn write(path: &Path, index: &Index) -> Result<(), StoreError> {
    let vectors: Vec<u8> = index
        .vectors
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let head = Head {
        magic: MAGIC.to_owned(),
        header: index.header.clone(),
        payloads: index.payloads.clone(),
        sha256: sha256(&vectors),
    };
    let mut head = serde_json::to_vec(&head)
        .map_err(std::io::Error::from)
        .map_err(datasets::Error::Io)?;
    head.push(b'\n');
    atomic::write(path, |file| {
        use std::io::Write;
        file.write_all(&head)?;
        Ok(file.write_all(&vectors)?)
    })?;
    Ok(())
}

fn read(path: &Path, bytes: &[u8]) -> Result<Index, StoreError> {
    let damaged = |detail: String| StoreError::Damaged {
        path: path.display().to_string(),
        detail,
    };
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let end = end.ok_or_else(|| damaged("not an index: it has no first line".to_owned()))?;
    let head: Head = serde_json::from_slice(&bytes[..end])
        .map_err(|error| damaged(format!("not an index: {error}")))?;
    if head.magic != MAGIC {
        return Err(damaged(format!(
            "it is `{}`; this build reads {MAGIC}",
            head.magic
        )));
    }
    let body = &bytes[end + 1..];
    let expected = head.payloads.len() * head.header.dims * 4;
    if body.len() != expected {
        return Err(damaged(format!(
            "{} bytes of vectors; expected {expected}",
            body.len()
        )));
    }
    if sha256(body) != head.sha256 {
        return Err(damaged(
            "its vectors are not those that were written".to_owned(),
        ));
    }
    let vectors = body
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect();
    Ok(Index {
        header: head.header,
        payloads: head.payloads,
        vectors,
    })
}

fn sha256(bytes: &[u8]) -> String {
    datasets::hash::hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::store::{View, conformance};

    #[tokio::test]
    async fn it_does_what_every_store_must() {
        conformance::check(&Embedded::in_memory()).await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vectors.bin");
        conformance::check(&Embedded::open(&path).expect("opened")).await;
        let again = Embedded::open(&path).expect("opened again");
        let header = again.header().await.expect("a header").expect("an index");
        assert_eq!(header.corpus, "two");
    }

    #[tokio::test]
    async fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vectors.bin");
        let store = Embedded::open(&path).expect("opened");
        let header = Header {
            embedder: "e".to_owned(),
            corpus: "c".to_owned(),
            dims: 2,
        };
        let payload = Payload {
            entry: "a".to_owned(),
            view: View::Question,
            language: Language::English,
            category: String::new(),
            keywords: vec![],
        };
        let point = Point {
            vector: vec![1.0, 0.0],
            payload,
        };
        store.replace(header, vec![point]).await.expect("replaced");
        let good = fs_err::read(&path).expect("bytes");
        let mut flipped = good.clone();
        *flipped.last_mut().expect("bytes") ^= 1;
        let longer = [good.as_slice(), b"x"].concat();
        let other = String::from_utf8_lossy(&good[..20])
            .replace("vectors/1", "vectors/9")
            .into_bytes();
        for bytes in [
            &good[..good.len() - 1],
            &flipped,
            &longer,
            b"",
            b"{}\n",
            &other,
        ] {
            fs_err::write(&path, bytes).expect("written");
            let error = Embedded::open(&path).expect_err("refused").to_string();
            assert!(error.contains("vectors.bin"), "{error}");
        }
    }
}
