//! Every import of a crate: who names what of whom, and where.

use std::fmt;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, ImplItemFn, Item, ItemUse, Macro, Path, Visibility,
    visit::{self, Visit},
};

use super::{
    cfg::{attributes, only_in_tests},
    names::{Names, flatten},
    tree::{ModulePath, Modules},
};

/// One import between two files of a crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The file that names something.
    pub from: ModulePath,
    /// The file that defines it.
    pub to: ModulePath,
    /// As it is written.
    pub path: String,
    /// Counted from 1, in the file that names it.
    pub line: usize,
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            to,
            path,
            line,
        } = self;
        write!(f, "{from} (line {line}) imports `{path}` of {to}")
    }
}

impl Modules {
    /// Every import between two files.
    #[must_use]
    pub fn imports(&self) -> Vec<Import> {
        let names = Names::of(self);
        let mut found = Vec::new();
        for (path, module) in &self.by_path {
            let mut reader = Reader::default();
            for item in &module.items {
                reader.visit_item(item);
            }
            for (written, line) in reader.paths {
                let Some(definer) = names.definer(path, &written) else {
                    continue;
                };
                let to = self.by_path[&definer].file.clone();
                if to != module.file {
                    let from = module.file.clone();
                    let path = written.join("::");
                    found.push(Import {
                        from,
                        to,
                        path,
                        line,
                    });
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Collects the paths that code is written with.
#[derive(Default)]
struct Reader {
    paths: Vec<(Vec<String>, usize)>,
}

impl Reader {
    /// Paths in tokens that are not parsed: those of a macro call or of an attribute.
    fn scan(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut line = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path, line);
                    }
                    line = ident.span().start().line;
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                other => {
                    self.end(&mut path, line);
                    colons = 0;
                    match other {
                        TokenTree::Group(group) => self.scan(group.stream()),
                        TokenTree::Literal(literal) => self.quoted(&literal),
                        _ => {}
                    }
                }
            }
        }
        self.end(&mut path, line);
    }

    /// `#[serde(with = "crate::a::b")]`
    fn quoted(&mut self, literal: &proc_macro2::Literal) {
        let line = literal.span().start().line;
        let text = literal.to_string();
        let text = text.trim_matches('"');
        let local = ["crate::", "super::", "self::"]
            .iter()
            .any(|start| text.starts_with(start));
        if let (true, Ok(path)) = (local, syn::parse_str::<Path>(text)) {
            self.paths.push((segments(&path), line));
        }
    }

    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.paths.push((path, line));
        }
    }
}

fn segments(path: &Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !only_in_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !only_in_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    /// What is handed on to others is not imported: whoever names it imports it.
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_some() || !matches!(item.vis, Visibility::Inherited) {
            return;
        }
        let line = item.use_token.span.start().line;
        let mut found = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut found);
        self.paths
            .extend(found.into_iter().map(|(_, path)| (path, line)));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let line = path.segments[0].ident.span().start().line;
            self.paths.push((segments(path), line));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.scan(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.scan(list.tokens.clone());
        }
    }

    /// `pub(in crate::a)` names no code.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}
