//! Six bytes a node on disk: nodes in pre-order, so that a left child needs no address.
//!
//! Layout, little-endian: magic, node count of every tree, then per node the value (f32) and a word (u16) of the
//! column (14 bits), the missing direction and the leaf flag. Category sets have no place here: forests, whose
//! format this is, split on numbers alone.

use super::{Branch, LayoutError, Test, Trees};

const MAGIC: &[u8; 8] = b"GXTREES1";
const LEAF: u16 = 1 << 15;
const MISSING_RIGHT: u16 = 1 << 14;
const FEATURE: u16 = MISSING_RIGHT - 1;

/// Why bytes are not a compact ensemble.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// The bytes end early, go on too long or begin with something else.
    #[error("not a compact tree file: {0}")]
    Shape(&'static str),
    /// The nodes are no trees.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

/// The bytes of `trees`.
///
/// # Panics
/// When `trees` splits on categories.
pub fn write_compact(trees: &Trees) -> Vec<u8> {
    assert!(
        trees.category_sets.is_empty(),
        "the compact format holds numeric splits alone"
    );
    let mut out = Vec::with_capacity(24 + trees.roots.len() * 4 + trees.nodes.len() * 6);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&(trees.n_features as u32).to_le_bytes());
    out.extend_from_slice(&trees.base.to_le_bytes());
    out.extend_from_slice(&(trees.roots.len() as u32).to_le_bytes());
    for (index, (root, _)) in trees.roots.iter().enumerate() {
        let end = trees
            .roots
            .get(index + 1)
            .map_or(trees.nodes.len() as u32, |next| next.0);
        out.extend_from_slice(&(end - root).to_le_bytes());
        let mut stack = vec![*root];
        while let Some(position) = stack.pop() {
            let node = trees.nodes[position as usize];
            let mut word = LEAF;
            if node.offset() > 0 {
                let left = position + node.offset();
                stack.extend([left + 1, left]);
                word = (node.cell() % trees.n_features) as u16;
                if node.cell() >= trees.n_features {
                    word |= MISSING_RIGHT;
                }
            }
            out.extend_from_slice(&node.value.to_le_bytes());
            out.extend_from_slice(&word.to_le_bytes());
        }
    }
    out
}

/// The ensemble that [`write_compact`] wrote.
///
/// # Errors
/// A `CompactError` for anything that [`write_compact`] would not write.
pub fn read_compact(bytes: &[u8]) -> Result<Trees, CompactError> {
    let mut reader = Reader { bytes };
    if reader.take::<8>()? != *MAGIC {
        return Err(CompactError::Shape("it does not begin with GXTREES1"));
    }
    let n_features = u32::from_le_bytes(reader.take()?) as usize;
    let base = f32::from_le_bytes(reader.take()?);
    let n_trees = u32::from_le_bytes(reader.take()?);
    let mut trees = Vec::new();
    for _ in 0..n_trees {
        let n_nodes = u32::from_le_bytes(reader.take()?) as usize;
        if n_nodes.saturating_mul(6) > reader.bytes.len() {
            return Err(CompactError::Shape("a tree is longer than the file"));
        }
        trees.push(read_tree(&mut reader, n_nodes)?);
    }
    if !reader.bytes.is_empty() {
        return Err(CompactError::Shape("bytes follow the last tree"));
    }
    Ok(Trees::build(&trees, base, n_features)?)
}

fn read_tree(reader: &mut Reader<'_>, n_nodes: usize) -> Result<Vec<Branch>, CompactError> {
    let mut branches = Vec::with_capacity(n_nodes);
    // Splits whose right child has not come yet.
    let mut open: Vec<usize> = Vec::new();
    for index in 0..n_nodes {
        let value = f32::from_le_bytes(reader.take()?);
        let word = u16::from_le_bytes(reader.take()?);
        let follows_leaf = matches!(branches.last(), Some(Branch::Leaf(_)));
        if follows_leaf {
            let parent = open
                .pop()
                .ok_or(CompactError::Shape("a node has no parent"))?;
            if let Branch::Split { children, .. } = &mut branches[parent] {
                children.1 = index;
            }
        }
        if word & LEAF == 0 {
            open.push(index);
            branches.push(Branch::Split {
                feature: word & FEATURE,
                test: Test::Below(value),
                missing_right: word & MISSING_RIGHT != 0,
                children: (index + 1, usize::MAX),
            });
        } else {
            branches.push(Branch::Leaf(value));
        }
    }
    if !open.is_empty() {
        return Err(CompactError::Shape("a split lacks its right child"));
    }
    Ok(branches)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], CompactError> {
        let (head, rest) = self
            .bytes
            .split_first_chunk::<N>()
            .ok_or(CompactError::Shape("it ends in the middle of a field"))?;
        self.bytes = rest;
        Ok(*head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Trees {
        let tree = vec![
            Branch::Split {
                feature: 1,
                test: Test::Below(2.5),
                missing_right: true,
                children: (1, 4),
            },
            Branch::Split {
                feature: 0,
                test: Test::Below(-1.0),
                missing_right: false,
                children: (2, 3),
            },
            Branch::Leaf(1.0),
            Branch::Leaf(2.0),
            Branch::Leaf(3.0),
        ];
        Trees::build(&[tree, vec![Branch::Leaf(7.0)]], 0.25, 2).expect("trees")
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let trees = sample();
        assert_eq!(
            read_compact(&write_compact(&trees)).expect("readable"),
            trees
        );
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = write_compact(&sample());
        for length in 0..bytes.len() {
            assert!(read_compact(&bytes[..length]).is_err(), "{length} bytes");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(read_compact(&longer).is_err());
    }
}
