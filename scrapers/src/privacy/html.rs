//! Cleaning of HTML pages.

use datasets::phones;
use ego_tree::NodeId;
use html5ever::local_name;
use scraper::{Node, node};

use super::{Names, Seller};
use crate::page::Document;

/// What to take out of a site's pages beside phone numbers and names.
pub(crate) struct Rules {
    /// Classes of elements whose content goes: names, numbers, free text.
    pub(crate) emptied: &'static [&'static str],
    /// Parts of such classes, lower case, where a site's build makes up the rest.
    pub(crate) emptied_like: &'static [&'static str],
    /// Hosts to which links may stay; sellers' own pages bear their names.
    pub(crate) hosts: &'static [&'static str],
    /// What stays of a script.
    pub(crate) script: fn(&str) -> Option<String>,
}

/// Elements that say nothing of a car and anything of its seller.
const DROPPED: &[&str] = &[
    "style", "noscript", "iframe", "object", "embed", "svg", "template",
];

/// Attributes that hold addresses.
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "data-src",
    "url",
    "action",
    "srcset",
    "data-href",
];

/// Takes sellers out of a page, and puts the token of this one into it.
pub(crate) fn redact(page: &mut Document, rules: &Rules, seller: Option<&Seller>, names: &Names) {
    let ids: Vec<NodeId> = page
        .tree_mut()
        .root()
        .descendants()
        .map(|node| node.id())
        .collect();
    let mut emptied = Vec::new();
    let mut detached = Vec::new();
    for id in ids {
        let Some(mut node) = page.tree_mut().get_mut(id) else {
            continue;
        };
        match node.value() {
            Node::Text(text) => {
                if let Some(clean) = scrubbed(text, names) {
                    text.text = clean.into();
                }
            }
            Node::Element(element) => match element.name() {
                name if DROPPED.contains(&name) => detached.push(id),
                "script" => emptied.push((id, true)),
                _ => {
                    if goes(element, rules) {
                        emptied.push((id, false));
                    }
                    clean_attributes(element, rules, names);
                }
            },
            Node::Comment(_) | Node::ProcessingInstruction(_) => detached.push(id),
            Node::Document | Node::Fragment | Node::Doctype(_) => {}
        }
    }
    for id in detached {
        page.detach(id);
    }
    for (id, is_script) in emptied {
        let kept = is_script.then(|| script_of(page, id, rules)).flatten();
        page.empty(id);
        match kept {
            Some(kept) => {
                if let Some(mut node) = page.tree_mut().get_mut(id) {
                    node.append(Node::Text(node::Text { text: kept.into() }));
                }
            }
            None if is_script => page.detach(id),
            None => {}
        }
    }
    // What stood apart may be a number now.
    for id in page.join_texts() {
        if let Some(mut node) = page.tree_mut().get_mut(id)
            && let Node::Text(text) = node.value()
            && let Some(clean) = scrubbed(text, names)
        {
            text.text = clean.into();
        }
    }
    if let Some(seller) = seller {
        let comment = seller.token().into();
        page.tree_mut()
            .root_mut()
            .append(Node::Comment(node::Comment { comment }));
    }
}

/// The seller whose token a cleaned page bears.
pub(crate) fn seller_of(page: &Document) -> Option<Seller> {
    page.comments()
        .find_map(|comment| Seller::of_token(comment.trim()))
}

fn scrubbed(text: &str, names: &Names) -> Option<String> {
    let without_phones = phones::scrub(text);
    let clean = names.scrub(&without_phones);
    (*clean != *text).then(|| clean.into_owned())
}

fn script_of(page: &mut Document, id: NodeId, rules: &Rules) -> Option<String> {
    let node = page.tree_mut().get(id)?;
    let text: String = node
        .children()
        .filter_map(|child| child.value().as_text())
        .map(|text| &**text)
        .collect();
    (rules.script)(&text)
}

fn goes(element: &node::Element, rules: &Rules) -> bool {
    let class = element
        .attrs
        .iter()
        .find(|(name, _)| name.local == local_name!("class"));
    class.is_some_and(|(_, classes)| {
        classes.split_ascii_whitespace().any(|class| {
            rules.emptied.contains(&class)
                || rules.emptied_like.iter().any(|part| {
                    let mut windows = class.as_bytes().windows(part.len());
                    windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
                })
        })
    })
}

fn clean_attributes(element: &mut node::Element, rules: &Rules, names: &Names) {
    element.attrs.retain(|(name, value)| {
        let name = &*name.local;
        let leads_off = ADDRESSES.contains(&name) && !stays(value, rules.hosts);
        !(name.starts_with("on") || name == "style" || name == "datalayer-json" || leads_off)
    });
    for (name, value) in &mut element.attrs {
        if ADDRESSES.contains(&&*name.local) {
            let clean = phones::scrub_url(value);
            if *clean != **value {
                *value = clean.into_owned().into();
            }
        } else if let Some(clean) = scrubbed(value, names) {
            *value = clean.into();
        }
    }
}

/// Whether an address is of the site itself.
fn stays(address: &str, hosts: &[&str]) -> bool {
    let address = address.trim();
    let scheme = address.bytes().take(10).position(|byte| byte == b':');
    let rest = match scheme {
        Some(at) => address[at + 1..].strip_prefix("//"),
        None => address.strip_prefix("//"),
    };
    match rest {
        Some(rest) => {
            let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
            hosts.iter().any(|own| host.eq_ignore_ascii_case(own))
        }
        // `tel:`, `mailto:`, `sms:`; a path may have a colon behind its first slash.
        None => !address.split('/').next().unwrap_or_default().contains(':'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        emptied: &["who"],
        emptied_like: &["sellername"],
        hosts: &["site.vn"],
        script: |text| text.contains("keep").then(|| "keep".to_owned()),
    };

    fn cleaned(body: &str) -> String {
        let mut page = Document::parse(&format!("<html><body>{body}</body></html>"));
        let mut names = Names::default();
        names.add("Nguyễn Văn Thử");
        redact(&mut page, &RULES, None, &names);
        let html = page.to_html();
        let start = html.find("<body>").map_or(0, |at| at + 6);
        html[start..].replace("</body></html>", "")
    }

    #[test]
    fn sellers_go_and_cars_stay() {
        for (body, want) in [
            ("<p>Vios 2019 LH 0900000001</p>", "<p>Vios 2019 LH ☎</p>"),
            (
                "<b class=\"x who\">A<i>B</i></b>",
                "<b class=\"x who\"></b>",
            ),
            (
                "<b class=\"Z_sellerName__x1\">A</b>",
                "<b class=\"Z_sellerName__x1\"></b>",
            ),
            ("<a href=\"tel:0900000001\">gọi</a>", "<a>gọi</a>"),
            ("<a href=\"http://nguyen.site.vn/\">x</a>", "<a>x</a>"),
            (
                "<a href=\"https://site.vn/a\">x</a>",
                "<a href=\"https://site.vn/a\">x</a>",
            ),
            (
                "<a href=\"/a:b-0900000001\">x</a>",
                "<a href=\"/a:b-phone\">x</a>",
            ),
            (
                "<p title=\"của NGUYỄN VĂN THỬ\" onclick=\"x\">x</p>",
                "<p title=\"của …\">x</p>",
            ),
            ("a<!-- 1 -->b<style>c</style>", "ab"),
            ("LH 0900<!-- -->000<script></script>001", "LH ☎"),
            ("<p>Nguyễn<!-- 1 --> Văn Thử</p>", "<p>…</p>"),
            (
                "<script>keep this</script><script>x</script>",
                "<script>keep</script>",
            ),
        ] {
            assert_eq!(cleaned(body), want, "{body}");
            assert_eq!(cleaned(want), want, "{body}");
        }
    }

    #[test]
    fn the_token_comes_back() {
        let seller = Seller {
            hash: "abcdefghijklmnop".repeat(2),
            kind: None,
        };
        let mut page = Document::parse("<html><body>x</body></html>");
        redact(&mut page, &RULES, Some(&seller), &Names::default());
        let again = Document::parse(&page.to_html());
        assert_eq!(seller_of(&again), Some(seller));
    }
}
