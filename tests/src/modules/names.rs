//! What a path in a module stands for: the module that defines what it names.

use std::collections::BTreeMap;

use syn::{Item, UseTree};

use super::tree::{ModulePath, Modules};

/// How many times a name may be handed on. Two globs that hand on each other would never end.
const MAX_HOPS: usize = 16;

/// The names that one module brings in.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// By the name that they have here.
    named: BTreeMap<String, Vec<String>>,
    /// Everything of these.
    globs: Vec<Vec<String>>,
}

/// Every path of a `use`, with the name that it has here: `None` for a glob.
pub(super) fn flatten(
    tree: &UseTree,
    before: &mut Vec<String>,
    found: &mut Vec<(Option<String>, Vec<String>)>,
) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) => push(&name.ident.to_string(), None, before, found),
        UseTree::Rename(name) => {
            let here = Some(name.rename.to_string());
            push(&name.ident.to_string(), here, before, found);
        }
        UseTree::Glob(_) => found.push((None, before.clone())),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, found);
            }
        }
    }
}

/// `use a::{self}` names `a` itself.
fn push(
    name: &str,
    here: Option<String>,
    before: &[String],
    found: &mut Vec<(Option<String>, Vec<String>)>,
) {
    let mut path = before.to_vec();
    if name != "self" {
        path.push(name.to_owned());
    }
    let last = path.last().cloned();
    found.push((here.or(last), path));
}

/// What a path leads to.
enum Definer {
    /// To this module, which defines the name.
    Module(ModulePath),
    /// To another crate.
    Outside,
    /// To nothing that stands in the module where the search was.
    Unknown,
}

/// The names that every module of a crate brings in, and what they stand for.
pub(super) struct Names<'a> {
    modules: &'a Modules,
    uses: BTreeMap<&'a ModulePath, Uses>,
}

impl<'a> Names<'a> {
    pub(super) fn of(modules: &'a Modules) -> Self {
        let uses = modules.by_path.iter().map(|(path, module)| {
            let mut uses = Uses::default();
            for item in &module.items {
                let Item::Use(item) = item else { continue };
                let mut found = Vec::new();
                flatten(&item.tree, &mut Vec::new(), &mut found);
                for (name, target) in found {
                    match name {
                        Some(name) => drop(uses.named.insert(name, target)),
                        None => uses.globs.push(target),
                    }
                }
            }
            (path, uses)
        });
        Self {
            uses: uses.collect(),
            modules,
        }
    }

    /// The module that defines what `path`, written in the module `from`, names. `None` if it is not of this crate.
    pub(super) fn definer(&self, from: &ModulePath, path: &[String]) -> Option<ModulePath> {
        match self.resolve(from, path, MAX_HOPS) {
            Definer::Module(module) => Some(module),
            Definer::Outside | Definer::Unknown => None,
        }
    }

    fn resolve(&self, from: &ModulePath, path: &[String], hops: usize) -> Definer {
        let (Some(hops), Some((head, rest))) = (hops.checked_sub(1), path.split_first()) else {
            return Definer::Unknown;
        };
        match head.as_str() {
            "crate" => self.walk(ModulePath::default(), rest, hops),
            "self" => self.walk(from.clone(), rest, hops),
            "super" => self.walk_up(from, path, hops),
            _ => self.look_up(from, head, rest, hops),
        }
    }

    fn walk_up(&self, from: &ModulePath, path: &[String], hops: usize) -> Definer {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let mut at = from.clone();
        for _ in 0..ups {
            match at.parent() {
                Some(around) => at = around,
                None => return Definer::Unknown,
            }
        }
        self.walk(at, &path[ups..], hops)
    }

    /// Goes down from a module. A name that it does not hand on is its own.
    fn walk(&self, at: ModulePath, rest: &[String], hops: usize) -> Definer {
        let Some((head, rest)) = rest.split_first() else {
            return Definer::Module(at);
        };
        match self.look_up(&at, head, rest, hops) {
            Definer::Unknown => Definer::Module(at),
            known => known,
        }
    }

    /// A name in a module: a module below it, or what it brings in under that name.
    fn look_up(&self, at: &ModulePath, head: &str, rest: &[String], hops: usize) -> Definer {
        let below = at.join(head);
        if self.modules.by_path.contains_key(&below) {
            return self.walk(below, rest, hops);
        }
        let Some(uses) = self.uses.get(at) else {
            return Definer::Unknown;
        };
        if let Some(target) = uses.named.get(head) {
            let whole: Vec<_> = target.iter().chain(rest).cloned().collect();
            return self.brought(at, head, &whole, hops);
        }
        let around = uses
            .globs
            .iter()
            .filter_map(|glob| match self.resolve(at, glob, hops) {
                Definer::Module(around) => Some(around),
                Definer::Outside | Definer::Unknown => None,
            })
            .find(|around| self.has(around, head));
        around.map_or(Definer::Unknown, |around| {
            let whole: Vec<_> = std::iter::once(head.to_owned())
                .chain(rest.iter().cloned())
                .collect();
            self.walk(around, &whole, hops)
        })
    }

    /// What a `use` of a module brings in. A path that begins with a name that is not of this crate leads outside, and so
    /// does a name that stands for itself (`use serde;`).
    fn brought(&self, at: &ModulePath, name: &str, target: &[String], hops: usize) -> Definer {
        if target.first().is_some_and(|first| first == name) {
            return Definer::Outside;
        }
        match self.resolve(at, target, hops) {
            Definer::Unknown => Definer::Outside,
            known => known,
        }
    }

    /// Whether a module defines or hands on a name.
    fn has(&self, at: &ModulePath, name: &str) -> bool {
        let Some(module) = self.modules.by_path.get(at) else {
            return false;
        };
        let brought = self
            .uses
            .get(at)
            .is_some_and(|uses| uses.named.contains_key(name));
        brought
            || self.modules.by_path.contains_key(&at.join(name))
            || module
                .items
                .iter()
                .any(|item| defined(item).is_some_and(|own| own == name))
    }
}

/// The name that an item defines.
fn defined(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::TraitAlias(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}
