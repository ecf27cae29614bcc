//! The tree of a crate's modules, read from its files.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use fs_err as fs;
use syn::{File, Item};

use super::cfg::{attributes, only_in_tests};

/// Where a module stands: `["store", "embedded"]`. The crate's root is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ModulePath(pub Vec<String>);

impl ModulePath {
    /// The path of a module below this one.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let mut path = self.0.clone();
        path.push(name.to_owned());
        Self(path)
    }

    /// The module around this one; `None` at the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, around) = self.0.split_last()?;
        Some(Self(around.to_vec()))
    }

    /// Whether this module is `other` or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("crate");
        }
        f.write_str(&self.0.join("::"))
    }
}

/// One module: the items in it, and the file that they are written in.
#[derive(Debug)]
pub(super) struct Module {
    /// The module whose file this is: itself, or the one that it is written in.
    pub(super) file: ModulePath,
    /// Its items, those of tests left out.
    pub(super) items: Vec<Item>,
}

/// The modules of a crate.
#[derive(Debug, Default)]
pub struct Modules {
    pub(super) by_path: BTreeMap<ModulePath, Module>,
}

impl Modules {
    /// Reads the crate whose root is the file `root`, such as `src/lib.rs`.
    #[must_use]
    pub fn read(root: &Path) -> Self {
        let folder = root.parent().expect("a folder around the root");
        Self::of(&|path: &ModulePath| {
            let file = file_of(root, folder, path);
            fs::read_to_string(file).expect("a module's file")
        })
    }

    /// The modules of a crate whose files are given as text, by path: `"crate"`, `"store"`, `"store::embedded"`.
    #[must_use]
    pub fn of_texts(texts: &[(&str, &str)]) -> Self {
        Self::of(&|path: &ModulePath| {
            let named = texts.iter().find(|(name, _)| *name == path.to_string());
            named.expect("the text of a module").1.to_owned()
        })
    }

    fn of(text: &dyn Fn(&ModulePath) -> String) -> Self {
        let mut modules = Self::default();
        modules.add_file(ModulePath::default(), text);
        modules
    }

    fn add_file(&mut self, path: ModulePath, text: &dyn Fn(&ModulePath) -> String) {
        let parsed: File = syn::parse_file(&text(&path))
            .unwrap_or_else(|error| panic!("the module {path} is not Rust: {error}"));
        self.add(path.clone(), path, parsed.items, text);
    }

    fn add(
        &mut self,
        path: ModulePath,
        file: ModulePath,
        items: Vec<Item>,
        text: &dyn Fn(&ModulePath) -> String,
    ) {
        let mut kept = Vec::new();
        for item in items {
            if only_in_tests(attributes(&item)) {
                continue;
            }
            match item {
                Item::Mod(inner) => {
                    let below = path.join(&inner.ident.to_string());
                    match inner.content {
                        Some((_, items)) => self.add(below, file.clone(), items, text),
                        None => self.add_file(below, text),
                    }
                }
                item => kept.push(item),
            }
        }
        self.by_path.insert(path, Module { file, items: kept });
    }

    /// The files of the crate, by module.
    pub fn files(&self) -> impl Iterator<Item = &ModulePath> {
        let own = |(path, module): &(&ModulePath, &Module)| **path == module.file;
        self.by_path.iter().filter(own).map(|(path, _)| path)
    }
}

/// `a/b.rs` or `a/b/mod.rs`, whichever is there.
fn file_of(root: &Path, folder: &Path, path: &ModulePath) -> PathBuf {
    if path.0.is_empty() {
        return root.to_owned();
    }
    let place: PathBuf = path.0.iter().collect();
    let file = folder.join(&place).with_extension("rs");
    if file.exists() {
        file
    } else {
        folder.join(place).join("mod.rs")
    }
}
