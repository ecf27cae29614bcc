//! An ensemble of regression trees laid out for scoring one row in microseconds.
//!
//! All trees share one vector of 12-byte nodes in which siblings are neighbours, and eight trees are walked in
//! lock-step: their loads overlap, where a plain loop would wait for each in turn. Leaves point to themselves, so
//! the inner loop has no exit test. Scoring allocates nothing.

mod compact;
pub mod xgboost;

pub use compact::{read_compact, write_compact};

/// How many trees are walked side by side.
const LANES: usize = 8;

/// A node of the flat layout.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    /// Split threshold (`x < value` goes left), index of a category set, or a leaf's output.
    value: f32,
    /// Index of the left child; the right one follows it. A leaf's is its own.
    left: u32,
    /// Column.
    feature: u16,
    kind: Kind,
    /// 1 when a missing value goes right.
    missing_right: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Leaf = 0,
    Number = 1,
    /// `value` is the bit pattern of an index into the category sets; members go right.
    Category = 2,
}

/// A tree as builders describe it, before it is laid out.
#[derive(Debug, Clone, PartialEq)]
pub enum Branch {
    /// Output of a leaf.
    Leaf(f32),
    /// A test on one column.
    Split {
        /// Column.
        feature: u16,
        /// The test.
        test: Test,
        /// Whether a missing value goes right.
        missing_right: bool,
        /// Indices of the left and right child in the tree's node list.
        children: (usize, usize),
    },
}

/// A test on one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Values below the threshold go left.
    Below(f32),
    /// Category codes in this list go right.
    In(Vec<u32>),
}

/// A scored ensemble: `base` plus the sum of one leaf a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Trees {
    nodes: Vec<Node>,
    /// Root and depth of each tree.
    roots: Vec<(u32, u32)>,
    /// 256-bit blocks: a set's first word, then its words.
    category_words: Vec<u64>,
    /// Start and length, in words, of each category set.
    category_sets: Vec<(u32, u32)>,
    base: f32,
    n_features: usize,
}

/// Why a list of nodes is not a tree.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// A child's index lies outside the tree, or is reached twice.
    #[error("node {node} of tree {tree}: child {child} is outside 0..{len} or reached twice")]
    Child {
        /// Tree.
        tree: usize,
        /// Node.
        node: usize,
        /// Child.
        child: usize,
        /// Nodes in the tree.
        len: usize,
    },
    /// A split's column lies outside the row.
    #[error("node {node} of tree {tree}: feature {feature} is outside 0..{n_features}")]
    Feature {
        /// Tree.
        tree: usize,
        /// Node.
        node: usize,
        /// Column.
        feature: u16,
        /// Columns of a row.
        n_features: usize,
    },
    /// A threshold or an output is not finite.
    #[error("node {node} of tree {tree}: value {value} is not finite")]
    Value {
        /// Tree.
        tree: usize,
        /// Node.
        node: usize,
        /// Value.
        value: f32,
    },
}

impl Trees {
    /// Lays out `trees`, each a list of nodes whose first is the root.
    ///
    /// # Errors
    /// [`LayoutError`] for a node list that is no tree over `n_features` columns.
    pub fn build(trees: &[Vec<Branch>], base: f32, n_features: usize) -> Result<Self, LayoutError> {
        let mut built = Self {
            nodes: Vec::with_capacity(trees.iter().map(Vec::len).sum()),
            roots: Vec::with_capacity(trees.len()),
            category_words: Vec::new(),
            category_sets: Vec::new(),
            base,
            n_features,
        };
        for (index, tree) in trees.iter().enumerate() {
            built.append(index, tree)?;
        }
        Ok(built)
    }

    /// Breadth-first, so that siblings are neighbours and the top levels of a tree share cache lines.
    fn append(&mut self, tree_index: usize, tree: &[Branch]) -> Result<(), LayoutError> {
        let root = self.nodes.len() as u32;
        let mut level = vec![(0_usize, root)];
        let mut reached = vec![false; tree.len()];
        self.nodes.push(Node::leaf(0.0, root));
        let mut depth = 0;
        while !level.is_empty() {
            let mut next_level = Vec::with_capacity(level.len() * 2);
            for (source, target) in level {
                if source >= tree.len() || std::mem::replace(&mut reached[source], true) {
                    return Err(LayoutError::Child {
                        tree: tree_index,
                        node: source,
                        child: source,
                        len: tree.len(),
                    });
                }
                self.nodes[target as usize] = match &tree[source] {
                    Branch::Leaf(value) => {
                        check_finite(*value, tree_index, source)?;
                        Node::leaf(*value, target)
                    }
                    Branch::Split {
                        feature,
                        test,
                        missing_right,
                        children,
                    } => {
                        if usize::from(*feature) >= self.n_features {
                            return Err(LayoutError::Feature {
                                tree: tree_index,
                                node: source,
                                feature: *feature,
                                n_features: self.n_features,
                            });
                        }
                        let (kind, value) = match test {
                            Test::Below(threshold) => {
                                check_finite(*threshold, tree_index, source)?;
                                (Kind::Number, *threshold)
                            }
                            Test::In(categories) => (
                                Kind::Category,
                                f32::from_bits(self.add_category_set(categories)),
                            ),
                        };
                        let left = self.nodes.len() as u32;
                        for child in [children.0, children.1] {
                            if child >= tree.len() {
                                return Err(LayoutError::Child {
                                    tree: tree_index,
                                    node: source,
                                    child,
                                    len: tree.len(),
                                });
                            }
                            next_level.push((child, self.nodes.len() as u32));
                            self.nodes.push(Node::leaf(0.0, 0));
                        }
                        let missing_right = u8::from(*missing_right);
                        Node {
                            value,
                            left,
                            feature: *feature,
                            kind,
                            missing_right,
                        }
                    }
                };
            }
            depth += 1;
            level = next_level;
        }
        self.roots.push((root, depth - 1));
        Ok(())
    }

    fn add_category_set(&mut self, categories: &[u32]) -> u32 {
        let words = categories
            .iter()
            .max()
            .map_or(0, |max| *max as usize / 64 + 1);
        let start = self.category_words.len();
        self.category_words.resize(start + words, 0);
        for category in categories {
            self.category_words[start + *category as usize / 64] |= 1 << (category % 64);
        }
        self.category_sets.push((start as u32, words as u32));
        self.category_sets.len() as u32 - 1
    }

    /// The ensemble's output for one row of `n_features` columns; NaN is a missing value.
    ///
    /// # Panics
    /// When `row` is not `n_features` long.
    pub fn score(&self, row: &[f32]) -> f32 {
        assert_eq!(row.len(), self.n_features, "columns of a row");
        if self.category_sets.is_empty() {
            self.walk(row, |node, x| u32::from(x >= node.value))
        } else {
            self.walk(row, |node, x| match node.kind {
                Kind::Category => u32::from(self.category_set_holds(node.value.to_bits(), x)),
                Kind::Leaf | Kind::Number => u32::from(x >= node.value),
            })
        }
    }

    /// Sums leaves in the order of the trees, as XGBoost does, so that both give the same bits.
    #[inline]
    fn walk(&self, row: &[f32], goes_right: impl Fn(&Node, f32) -> u32) -> f32 {
        let mut sum = self.base;
        for group in self.roots.chunks(LANES) {
            let mut at = [0_u32; LANES];
            let mut depth = 0;
            for (lane, (root, tree_depth)) in group.iter().enumerate() {
                at[lane] = *root;
                depth = depth.max(*tree_depth);
            }
            // Idle lanes of the last group walk the first tree again; their leaves are not summed.
            at[group.len()..].fill(group[0].0);
            for _ in 0..depth {
                for position in &mut at {
                    let node = &self.nodes[*position as usize];
                    let x = row[usize::from(node.feature)];
                    let right = goes_right(node, x)
                        | (u32::from(x.is_nan()) & u32::from(node.missing_right));
                    *position = node.left + (right & u32::from(node.kind != Kind::Leaf));
                }
            }
            for position in &at[..group.len()] {
                sum += self.nodes[*position as usize].value;
            }
        }
        sum
    }

    /// As XGBoost: a code outside the set's range is no member.
    fn category_set_holds(&self, set: u32, x: f32) -> bool {
        let (start, words) = self.category_sets[set as usize];
        if !(x >= 0.0 && x < words as f32 * 64.0) {
            return false;
        }
        let code = x as u32;
        self.category_words[(start + code / 64) as usize] >> (code % 64) & 1 == 1
    }

    /// Columns of a row.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Number of trees.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether there is no tree: every row scores the base.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Number of nodes over all trees.
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }
}

impl Node {
    fn leaf(value: f32, own_index: u32) -> Self {
        Self {
            value,
            left: own_index,
            feature: 0,
            kind: Kind::Leaf,
            missing_right: 0,
        }
    }
}

fn check_finite(value: f32, tree: usize, node: usize) -> Result<(), LayoutError> {
    if value.is_finite() {
        Ok(())
    } else {
        Err(LayoutError::Value { tree, node, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(feature: u16, test: Test, missing_right: bool, children: (usize, usize)) -> Branch {
        Branch::Split {
            feature,
            test,
            missing_right,
            children,
        }
    }

    /// Two levels on two columns, with leaves of different depth.
    fn tree() -> Vec<Branch> {
        vec![
            split(0, Test::Below(2.0), false, (1, 2)),
            Branch::Leaf(1.0),
            split(1, Test::Below(5.0), true, (3, 4)),
            Branch::Leaf(10.0),
            Branch::Leaf(100.0),
        ]
    }

    #[test]
    fn a_row_takes_the_branch_that_its_values_say() {
        let trees = Trees::build(&[tree()], 0.5, 2).expect("a tree");
        for (row, want) in [
            ([1.0, 9.0], 1.5),
            ([2.0, 4.9], 10.5),
            ([2.0, 5.0], 100.5),
            ([f32::NAN, 5.0], 1.5),
            ([3.0, f32::NAN], 100.5),
        ] {
            assert_eq!(trees.score(&row), want, "{row:?}");
        }
    }

    #[test]
    fn lanes_do_not_mix_trees() {
        for n in [1, 7, 8, 9, 17] {
            let many: Vec<_> = (0..n).map(|_| tree()).collect();
            let trees = Trees::build(&many, 0.0, 2).expect("trees");
            assert_eq!(trees.score(&[2.0, 4.0]), 10.0 * n as f32);
        }
    }

    #[test]
    fn category_sets_send_members_right() {
        let branches = vec![
            split(0, Test::In(vec![1, 70]), false, (1, 2)),
            Branch::Leaf(-1.0),
            Branch::Leaf(1.0),
        ];
        let trees = Trees::build(&[branches], 0.0, 1).expect("a tree");
        for (code, want) in [
            (0.0, -1.0),
            (1.0, 1.0),
            (70.0, 1.0),
            (71.0, -1.0),
            (500.0, -1.0),
            (-3.0, -1.0),
        ] {
            assert_eq!(trees.score(&[code]), want, "code {code}");
        }
        assert_eq!(trees.score(&[f32::NAN]), -1.0);
    }

    #[test]
    fn broken_trees_are_refused() {
        let cycle = vec![split(0, Test::Below(0.0), false, (0, 1)), Branch::Leaf(0.0)];
        let outside = vec![split(0, Test::Below(0.0), false, (1, 9)), Branch::Leaf(0.0)];
        let column = vec![
            split(3, Test::Below(0.0), false, (1, 2)),
            Branch::Leaf(0.0),
            Branch::Leaf(0.0),
        ];
        let infinite = vec![Branch::Leaf(f32::INFINITY)];
        for bad in [cycle, outside, column, infinite, vec![]] {
            assert!(
                Trees::build(std::slice::from_ref(&bad), 0.0, 1).is_err(),
                "{bad:?}"
            );
        }
    }
}
