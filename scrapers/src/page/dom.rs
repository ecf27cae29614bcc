//! A page as a tree, and how elements of it are told apart.

use datasets::text;
use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeMut, NodeRef, Tree};
use html5ever::driver::{self, ParseOpts};
use html5ever::local_name;
use html5ever::tendril::TendrilSink;
use scraper::{ElementRef, Html, HtmlTreeSink, Node};

/// About how many bytes of a page make a node of its tree.
const BYTES_A_NODE: usize = 16;

/// A parsed page.
pub(crate) struct Document {
    html: Html,
}

impl Document {
    /// Parses a page. There is no text that HTML5 cannot parse: whether it is whole is for others to judge.
    pub(crate) fn parse(text: &str) -> Self {
        let mut html = Html::new_document();
        // Nodes are large, and moving them at every doubling shows.
        html.tree = Tree::with_capacity(Node::Document, text.len() / BYTES_A_NODE);
        let parser = driver::parse_document(HtmlTreeSink::new(html), ParseOpts::default());
        Self {
            html: parser.one(text),
        }
    }

    /// Every element, in the page's order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.html
            .tree
            .root()
            .descendants()
            .filter_map(ElementRef::wrap)
    }

    /// Every element but those of a class and what is in them, in the page's order.
    pub(crate) fn elements_outside<'a>(
        &'a self,
        class: &'a str,
    ) -> impl Iterator<Item = ElementRef<'a>> {
        let mut depth = 0_usize;
        self.html.tree.root().traverse().filter_map(move |edge| {
            match edge {
                Edge::Open(node) => {
                    let element = ElementRef::wrap(node)?;
                    if depth == 0 && !has_class(element, class) {
                        return Some(element);
                    }
                    depth += 1;
                }
                Edge::Close(node) if node.value().is_element() => depth = depth.saturating_sub(1),
                Edge::Close(_) => {}
            }
            None
        })
    }

    /// The element with this `id`.
    pub(crate) fn by_id(&self, id: &str) -> Option<ElementRef<'_>> {
        self.elements()
            .find(|element| attr(*element, "id") == Some(id))
    }

    /// The first element of this class.
    pub(crate) fn by_class(&self, class: &str) -> Option<ElementRef<'_>> {
        self.elements().find(|element| has_class(*element, class))
    }

    /// Text of `<title>`.
    pub(crate) fn title(&self) -> String {
        self.elements()
            .find(|element| element.value().name() == "title")
            .map(text_of)
            .unwrap_or_default()
    }

    /// Comments that stand beside `<html>`.
    pub(crate) fn comments(&self) -> impl Iterator<Item = &str> {
        let nodes = self.html.tree.root().children();
        nodes
            .filter_map(|node| node.value().as_comment())
            .map(|comment| &**comment)
    }

    /// The page as HTML again.
    pub(crate) fn to_html(&self) -> String {
        self.html.html()
    }

    /// The page as bytes that say themselves that they are UTF-8, whatever the page came as.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = "\u{feff}".as_bytes().to_vec();
        bytes.extend(self.to_html().into_bytes());
        bytes
    }

    /// The tree, to change it.
    pub(crate) fn tree_mut(&mut self) -> &mut Tree<Node> {
        &mut self.html.tree
    }

    /// Joins texts between which nothing stands any more, as they will be when the page's HTML is parsed again; gives the joined
    /// ones.
    pub(crate) fn join_texts(&mut self) -> Vec<NodeId> {
        let is_text = |node: &NodeRef<'_, Node>| node.value().is_text();
        let nodes = self.html.tree.root().descendants();
        let behind = nodes
            .filter(|node| is_text(node) && node.prev_sibling().is_some_and(|own| is_text(&own)));
        let behind: Vec<NodeId> = behind.map(|node| node.id()).collect();
        let mut joined = Vec::new();
        for id in behind {
            let own = self.html.tree.get(id);
            let Some((own, before)) = own.and_then(|own| Some((own, own.prev_sibling()?))) else {
                continue;
            };
            let (own, before) = (own.value().as_text().cloned(), before.id());
            let mut before = self.html.tree.get_mut(before);
            if let (Some(own), Some(Node::Text(text))) = (own, before.as_mut().map(NodeMut::value))
            {
                text.text.push_slice(&own);
                joined.extend(before.map(|node| node.id()));
                self.detach(id);
            }
        }
        joined.dedup();
        joined
    }

    /// Takes every child of a node out of the page.
    pub(crate) fn empty(&mut self, id: NodeId) {
        let children: Vec<NodeId> = self
            .html
            .tree
            .get(id)
            .map(|node| node.children().map(|child| child.id()).collect())
            .unwrap_or_default();
        for child in children {
            self.detach(child);
        }
    }

    /// Takes a node out of the page.
    pub(crate) fn detach(&mut self, id: NodeId) {
        if let Some(mut node) = self.html.tree.get_mut(id) {
            node.detach();
        }
    }
}

/// Value of an attribute.
pub(crate) fn attr<'a>(element: ElementRef<'a>, name: &str) -> Option<&'a str> {
    element
        .value()
        .attrs
        .iter()
        .find(|(own, _)| &*own.local == name)
        .map(|(_, value)| &**value)
}

/// Whether the element bears a class.
pub(crate) fn has_class(element: ElementRef<'_>, class: &str) -> bool {
    class_in(element, &[class])
}

/// The classes of an element, blanks between them.
fn classes_of(element: ElementRef<'_>) -> Option<&str> {
    let attributes = &element.value().attrs;
    let class = attributes
        .iter()
        .find(|(name, _)| name.local == local_name!("class"));
    class.map(|(_, value)| &**value)
}

/// Whether the element bears one of the classes.
pub(crate) fn class_in(element: ElementRef<'_>, classes: &[&str]) -> bool {
    classes_of(element).is_some_and(|own| {
        own.split_ascii_whitespace()
            .any(|class| classes.contains(&class))
    })
}

/// Text directly in the element, that of elements inside left out, as one cleaned line.
pub(crate) fn own_text(element: ElementRef<'_>) -> String {
    let own = element
        .children()
        .filter_map(|child| child.value().as_text());
    let mut joined = String::new();
    for part in own {
        joined.push_str(part);
        joined.push(' ');
    }
    text::clean(&joined)
}

/// All text in the element but that of scripts and styles, as one cleaned line.
pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    let mut joined = String::new();
    for node in element.descendants() {
        let Some(part) = node.value().as_text() else {
            continue;
        };
        let parent = node.parent().and_then(ElementRef::wrap);
        let hidden = |parent: ElementRef<'_>| matches!(parent.value().name(), "script" | "style");
        if !parent.is_some_and(hidden) {
            joined.push_str(part);
        }
    }
    text::clean(&joined)
}
