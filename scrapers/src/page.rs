//! A page before its site is known: bytes into text, text into a tree, and what a page without the wanted part is.

mod body;
mod dom;
mod judge;
mod lines;

pub(crate) use body::decode;
pub(crate) use dom::{Document, attr, class_in, has_class, own_text, text_of};
pub(crate) use judge::{Marks, judge, whole_html};
pub(crate) use lines::{after_label, lines_of};
