//! An ensemble of regression trees laid out for scoring one row in microseconds.
//!
//! All trees share one vector of 8-byte nodes in which siblings are neighbours, and eight trees are walked in lock-step:
//! their loads overlap, where a plain loop would wait for each in turn. A step compares one number and has no branch. A
//! missing value is minus infinity where it goes left and infinity where it goes right, which the row holds both, and a
//! leaf compares minus infinity, so that it leads to itself. Scoring allocates nothing.

mod compact;
pub mod xgboost;

pub use compact::{read_compact, write_compact};

/// How many trees are walked side by side.
const LANES: usize = 8;

/// Most columns of a row: each stands twice among the 256 cells that a node can name, beside the leaves' own cell.
pub const MAX_FEATURES: usize = 127;

/// Most places that a left child may lie behind its parent.
const MAX_OFFSET: usize = (1 << 24) - 1;

/// A node of the flat layout.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    /// Split threshold (`x < value` goes left), index of a category set as its bit pattern, or a leaf's output.
    value: f32,
    /// Low 8 bits: the cell of the row that is compared. The others: how far behind the node its left child lies, which
    /// the right one follows; 0 in a leaf.
    word: u32,
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
    /// Whether each node tests a category set, whose members go right; empty where none does.
    is_category: Vec<bool>,
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
    /// A row is too wide or a tree too large for the layout.
    #[error("tree {tree}: {found} {what}; valid: at most {most}")]
    Size {
        /// Tree.
        tree: usize,
        /// What there are too many of.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many there may be.
        most: usize,
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
        if n_features > MAX_FEATURES {
            return Err(LayoutError::Size {
                tree: 0,
                what: "columns",
                found: n_features,
                most: MAX_FEATURES,
            });
        }
        let mut built = Self {
            nodes: Vec::with_capacity(trees.iter().map(Vec::len).sum()),
            roots: Vec::with_capacity(trees.len()),
            category_words: Vec::new(),
            category_sets: Vec::new(),
            is_category: Vec::new(),
            base,
            n_features,
        };
        for (index, tree) in trees.iter().enumerate() {
            built.append(index, tree)?;
        }
        if !built.category_sets.is_empty() {
            built.is_category.resize(built.nodes.len(), false);
        }
        Ok(built)
    }

    /// Breadth-first, so that siblings are neighbours and the top levels of a tree share cache lines.
    fn append(&mut self, tree_index: usize, tree: &[Branch]) -> Result<(), LayoutError> {
        let root = self.nodes.len() as u32;
        let mut level = vec![(0_usize, root)];
        let mut reached = vec![false; tree.len()];
        self.nodes.push(self.leaf(0.0));
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
                match &tree[source] {
                    Branch::Leaf(value) => {
                        check_finite(*value, tree_index, source)?;
                        self.nodes[target as usize] = self.leaf(*value);
                    }
                    Branch::Split {
                        feature,
                        test,
                        missing_right,
                        children,
                    } => {
                        let node = self.split(
                            (tree_index, source),
                            target as usize,
                            *feature,
                            test,
                            *missing_right,
                        )?;
                        self.nodes[target as usize] = node;
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
                            self.nodes.push(self.leaf(0.0));
                        }
                    }
                }
            }
            depth += 1;
            level = next_level;
        }
        self.roots.push((root, depth - 1));
        Ok(())
    }

    fn leaf(&self, value: f32) -> Node {
        Node {
            value,
            word: 2 * self.n_features as u32,
        }
    }

    /// The split at `target`, whose left child will be the next node.
    fn split(
        &mut self,
        (tree, node): (usize, usize),
        target: usize,
        feature: u16,
        test: &Test,
        missing_right: bool,
    ) -> Result<Node, LayoutError> {
        let n_features = self.n_features;
        if usize::from(feature) >= n_features {
            return Err(LayoutError::Feature {
                tree,
                node,
                feature,
                n_features,
            });
        }
        let offset = self.nodes.len() - target;
        if offset > MAX_OFFSET {
            return Err(LayoutError::Size {
                tree,
                what: "nodes",
                found: offset,
                most: MAX_OFFSET,
            });
        }
        let value = match test {
            Test::Below(threshold) => {
                check_finite(*threshold, tree, node)?;
                *threshold
            }
            Test::In(categories) => {
                self.is_category.resize(target + 1, false);
                self.is_category[target] = true;
                f32::from_bits(self.add_category_set(categories))
            }
        };
        let cell = usize::from(feature) + if missing_right { n_features } else { 0 };
        Ok(Node {
            value,
            word: (offset as u32) << 8 | cell as u32,
        })
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
        let mut cells = [f32::NEG_INFINITY; 256];
        for (column, x) in row.iter().enumerate() {
            let missing = x.is_nan();
            cells[column] = if missing { f32::NEG_INFINITY } else { *x };
            cells[column + row.len()] = if missing { f32::INFINITY } else { *x };
        }
        if self.category_sets.is_empty() {
            self.walk(|_, node| u32::from(cells[node.cell()] >= node.value))
        } else {
            self.walk(|place, node| u32::from(self.goes_right(place, node, row, &cells)))
        }
    }

    /// Sums leaves in the order of the trees, as XGBoost does, so that both give the same bits.
    #[inline]
    fn walk(&self, goes_right: impl Fn(usize, Node) -> u32) -> f32 {
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
                    let node = self.nodes[*position as usize];
                    *position += node.offset() + goes_right(*position as usize, node);
                }
            }
            for position in &at[..group.len()] {
                sum += self.nodes[*position as usize].value;
            }
        }
        sum
    }

    /// The same where some nodes test a category set.
    fn goes_right(&self, place: usize, node: Node, row: &[f32], cells: &[f32; 256]) -> bool {
        if !self.is_category[place] {
            return cells[node.cell()] >= node.value;
        }
        let missing_right = node.cell() >= self.n_features;
        let x = row[node.cell() % self.n_features];
        self.category_set_holds(node.value.to_bits(), x) || (x.is_nan() && missing_right)
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
    fn cell(self) -> usize {
        (self.word & 0xff) as usize
    }

    /// How far behind the node its left child lies; 0 in a leaf.
    fn offset(self) -> u32 {
        self.word >> 8
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
mod tests;
