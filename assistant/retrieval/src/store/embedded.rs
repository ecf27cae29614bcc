//! The store in this process: an exact scan over all vectors, kept in one file.
//!
//! A FAQ has some thousands of vectors; scanning them all takes less time than embedding the question, and misses none.
//!
//! A component takes a byte, beside one scale a vector: a quarter of the memory, and cosines that differ by less than
//! one part in a hundred.
//!
//! The file is a line of JSON (magic, header, payloads, SHA-256 of the rest) and then, a vector after another, its scale
//! (f32 little-endian) and its components (i8).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use datasets::store::atomic;
use multiversion::multiversion;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Header, Hit, Later, Payload, Point, Query, StoreError, VectorStore, dims};

/// What the first line of a file says it is.
const MAGIC: &str = "giaxe-vectors/1";

/// The index of the shipped FAQ, which `assistant index --out` made.
const SHIPPED: &[u8] = include_bytes!("../../data/vectors.bin");

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
    texts: Texts,
    /// What a component's byte is to be multiplied by, for each vector.
    scales: Vec<f32>,
    /// All components, one vector after another.
    components: Vec<i8>,
}

/// Vectors in memory, and in a file where one is named.
#[derive(Debug)]
pub struct Embedded {
    path: Option<PathBuf>,
    /// Searches clone the pointer and go on with the old index while a new one takes its place.
    index: RwLock<Option<Arc<Index>>>,
}

impl Embedded {
    /// An empty store that will write its index to `path`.
    pub fn new(path: &Path) -> Self {
        Self {
            path: Some(path.to_owned()),
            index: RwLock::new(None),
        }
    }

    /// The index of the shipped FAQ by the embedder in the program, in memory.
    ///
    /// # Errors
    /// None in practice: a test reads it.
    pub fn shipped() -> Result<Self, StoreError> {
        let index = read(Path::new("(shipped)"), SHIPPED)?;
        Ok(Self {
            path: None,
            index: RwLock::new(Some(Arc::new(index))),
        })
    }

    /// The store in the file at `path`; without such a file, the index that comes with the program.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file is not an index; [`StoreError::File`] when it cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let index = match fs_err::read(path) {
            Ok(bytes) => Some(Arc::new(read(path, &bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Some(Arc::new(read(Path::new("(shipped)"), SHIPPED)?))
            }
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
        let mut scales = Vec::with_capacity(points.len());
        let mut components = Vec::with_capacity(points.len() * header.dims);
        let mut payloads = Vec::with_capacity(points.len());
        for point in points {
            dims(&point.vector, &header)?;
            let largest = point
                .vector
                .iter()
                .fold(0.0_f32, |largest, own| largest.max(own.abs()));
            let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
            scales.push(scale);
            components.extend(point.vector.iter().map(|own| (own / scale).round() as i8));
            payloads.push(point.payload);
        }
        let index = Index {
            header,
            texts: Texts::of(&payloads),
            payloads,
            scales,
            components,
        };
        if let Some(path) = &self.path {
            write(path, &index)?;
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(index));
        Ok(())
    }

    /// What the index was made of, and all its points; `None` if there is no index. Their vectors have the length 1 but
    /// for what is lost in a byte.
    pub fn points(&self) -> Option<(Header, Vec<Point>)> {
        let index = self.index()?;
        let rows = index.components.chunks_exact(index.header.dims.max(1));
        let points = rows.zip(&index.scales).zip(&index.payloads);
        let points = points.map(|((own, scale), payload)| Point {
            vector: own.iter().map(|own| f32::from(*own) * scale).collect(),
            payload: payload.clone(),
        });
        Some((index.header.clone(), points.collect()))
    }

    /// What [`VectorStore::search`] finds, for callers that are off the async workers already.
    ///
    /// # Errors
    /// [`StoreError::Empty`], [`StoreError::Mismatch`] and [`StoreError::Dims`].
    pub(crate) fn nearest(&self, query: &Query<'_>) -> Result<Vec<Hit>, StoreError> {
        let index = self.index().ok_or(StoreError::Empty)?;
        query.fits(&index.header)?;
        let cosines = Quantised::new(query.vector).cosines(&index.components, &index.scales);
        let mut nearest = vec![f32::NEG_INFINITY; index.texts.first.len()];
        for (cosine, text) in cosines.into_iter().zip(&index.texts.of_vector) {
            let nearest = &mut nearest[*text as usize];
            *nearest = nearest.max(cosine);
        }
        let texts = index.texts.first.iter().map(|at| &index.payloads[*at]);
        let mut hits: Vec<Hit> = texts
            .zip(nearest)
            .filter(|(payload, _)| query.filter.takes(payload))
            .map(|(payload, score)| Hit {
                entry: Arc::clone(&payload.entry),
                view: payload.view,
                score,
            })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(hits)
    }
}

/// Which vectors stand for the same text of an entry: a question has one for each of its phrasings.
#[derive(Debug)]
struct Texts {
    /// The text of each vector.
    of_vector: Vec<u32>,
    /// The first vector of each text.
    first: Vec<usize>,
}

impl Texts {
    fn of(payloads: &[Payload]) -> Self {
        let mut known = HashMap::new();
        let mut first = Vec::new();
        let of_vector = payloads.iter().enumerate().map(|(at, payload)| {
            *known
                .entry((&*payload.entry, payload.view))
                .or_insert_with(|| {
                    first.push(at);
                    first.len() as u32 - 1
                })
        });
        Self {
            of_vector: of_vector.collect(),
            first,
        }
    }
}

/// A vector that is looked for, in whole numbers: their sums may be taken in any order, so that a compiler takes many at
/// once, which it must not do with floating-point ones.
struct Quantised {
    components: Vec<i16>,
    scale: f32,
}

impl Quantised {
    /// What the largest component becomes: sums of 16,000 of its products with a byte still fit in 32 bits.
    const LARGEST: f32 = 1024.0;

    fn new(vector: &[f32]) -> Self {
        let largest = vector
            .iter()
            .fold(f32::MIN_POSITIVE, |largest, own| largest.max(own.abs()));
        let scale = largest / Self::LARGEST;
        Self {
            components: vector
                .iter()
                .map(|own| (own / scale).round() as i16)
                .collect(),
            scale,
        }
    }

    /// The cosine with each of the vectors whose components and scales these are.
    fn cosines(&self, components: &[i8], scales: &[f32]) -> Vec<f32> {
        let mut cosines = products(components, &self.components);
        for (cosine, scale) in cosines.iter_mut().zip(scales) {
            *cosine = *cosine * scale * self.scale;
        }
        cosines
    }
}

/// The scalar product of `wanted` with each row. Compiled for several processors: the newer take four times as many at once.
#[multiversion(targets("x86_64+avx512f+avx512bw", "x86_64+avx2"))]
fn products(rows: &[i8], wanted: &[i16]) -> Vec<f32> {
    let rows = rows.chunks_exact(wanted.len());
    rows.map(|row| {
        let products = row.iter().zip(wanted);
        let sum: i32 = products.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        sum as f32
    })
    .collect()
}

impl VectorStore for Embedded {
    fn replace(&self, header: Header, points: Vec<Point>) -> Later<'_, ()> {
        Box::pin(async move { self.put(header, points) })
    }

    fn header(&self) -> Later<'_, Option<Header>> {
        Box::pin(async move { Ok(self.index().map(|index| index.header.clone())) })
    }

    fn search<'a>(&'a self, query: Query<'a>) -> Later<'a, Vec<Hit>> {
        Box::pin(async move { self.nearest(&query) })
    }
}

fn write(path: &Path, index: &Index) -> Result<(), StoreError> {
    let mut vectors = Vec::with_capacity(index.scales.len() * 4 + index.components.len());
    for (own, scale) in index
        .components
        .chunks_exact(index.header.dims.max(1))
        .zip(&index.scales)
    {
        vectors.extend(scale.to_le_bytes());
        vectors.extend(own.iter().map(|component| component.cast_unsigned()));
    }
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
    let row = head.header.dims + 4;
    let expected = head.payloads.len() * row;
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
    let mut scales = Vec::with_capacity(head.payloads.len());
    let mut components = Vec::with_capacity(head.payloads.len() * head.header.dims);
    for vector in body.chunks_exact(row) {
        if let Some((scale, own)) = vector.split_first_chunk::<4>() {
            scales.push(f32::from_le_bytes(*scale));
            components.extend(own.iter().map(|component| component.cast_signed()));
        }
    }
    Ok(Index {
        header: head.header,
        texts: Texts::of(&head.payloads),
        payloads: head.payloads,
        scales,
        components,
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
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vectors.bin");
        conformance::check(&Embedded::new(&path)).await;
        let again = Embedded::open(&path).expect("opened again");
        let header = again.header().await.expect("a header").expect("an index");
        assert_eq!(header.corpus, "two");
    }

    #[tokio::test]
    async fn the_shipped_index_is_there_until_another_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Embedded::open(&folder.path().join("vectors.bin")).expect("opened");
        let header = store.header().await.expect("a header");
        let shipped = Embedded::shipped()
            .expect("read")
            .header()
            .await
            .expect("a header");
        assert!(header.is_some() && header == shipped, "{header:?}");
    }

    #[tokio::test]
    async fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vectors.bin");
        let store = Embedded::new(&path);
        let header = Header {
            embedder: "e".to_owned(),
            corpus: "c".to_owned(),
            dims: 2,
        };
        let payload = Payload {
            entry: "a".into(),
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
