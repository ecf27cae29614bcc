//! Cycles and upward edges among a crate's modules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use petgraph::{algo::tarjan_scc, graphmap::DiGraphMap};

use super::{
    imports::Import,
    tree::{ModulePath, Modules},
};

/// Members of one folder that import each other in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The module that the members lie in; the crate's root is empty.
    pub folder: ModulePath,
    /// Names of the members.
    pub members: BTreeSet<String>,
    /// One import for each pair of members.
    pub imports: Vec<Import>,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<_> = self.members.iter().map(String::as_str).collect();
        write!(f, "cycle in {}: {}", self.folder, members.join(", "))?;
        for import in &self.imports {
            write!(f, "\n    {import}")?;
        }
        Ok(())
    }
}

/// Where an import runs: in the module `folder`, from its member `from` to its member `to`.
struct Edge<'a> {
    folder: ModulePath,
    from: &'a str,
    to: &'a str,
}

/// The edge of an import between members of one folder. `None` between a module and one that it lies in.
fn edge(import: &Import) -> Option<Edge<'_>> {
    let (from, to) = (&import.from.0, &import.to.0);
    let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    Some(Edge {
        folder: ModulePath(from[..shared].to_vec()),
        from: from.get(shared)?,
        to: to.get(shared)?,
    })
}

impl Modules {
    /// Every cycle, in every folder.
    #[must_use]
    pub fn cycles(&self) -> Vec<Cycle> {
        let imports = self.imports();
        let mut folders: BTreeMap<ModulePath, BTreeMap<(&str, &str), &Import>> = BTreeMap::new();
        for import in &imports {
            if let Some(Edge { folder, from, to }) = edge(import) {
                let edges = folders.entry(folder).or_default();
                edges.entry((from, to)).or_insert(import);
            }
        }
        folders
            .iter()
            .flat_map(|(folder, edges)| cycles_in(folder, edges))
            .collect()
    }

    /// Imports that run upwards. `layers` has the crate's top-level modules, lowest layer first; modules of one layer may
    /// import each other. Nobody may import what the root defines.
    ///
    /// # Panics
    /// If `layers` lacks a module of the crate, or has one that the crate has not.
    #[must_use]
    pub fn upward(&self, layers: &[&[&str]]) -> Vec<Import> {
        let layer = |path: &ModulePath| {
            let Some(name) = path.0.first() else {
                return layers.len();
            };
            let at = layers
                .iter()
                .position(|names| names.contains(&name.as_str()));
            at.unwrap_or_else(|| panic!("the module `{name}` has no layer"))
        };
        for name in layers.iter().copied().flatten() {
            let path = ModulePath::default().join(name);
            assert!(self.by_path.contains_key(&path), "no module `{name}`");
        }
        for path in self.files() {
            layer(path);
        }
        let mut upward = self.imports();
        upward.retain(|import| layer(&import.to) > layer(&import.from));
        upward
    }
}

fn cycles_in(folder: &ModulePath, edges: &BTreeMap<(&str, &str), &Import>) -> Vec<Cycle> {
    let graph: DiGraphMap<&str, ()> = edges.keys().copied().collect();
    let circles = tarjan_scc(&graph);
    let circles = circles.into_iter().filter(|members| members.len() > 1);
    circles
        .map(|members| {
            let inside = |(from, to): &(&str, &str)| members.contains(from) && members.contains(to);
            Cycle {
                folder: folder.clone(),
                imports: edges
                    .iter()
                    .filter(|(ends, _)| inside(ends))
                    .map(|(_, import)| (*import).clone())
                    .collect(),
                members: members.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}
