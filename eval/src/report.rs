//! Reports: one document, written as HTML, Markdown, text and JUnit XML.

pub mod card;
pub mod comparison;
pub mod document;
pub mod drift;
pub mod extra;
pub mod faq;
pub mod figures;
pub mod format;
pub mod gates;
pub mod html;
pub mod junit;
pub mod markdown;
mod material;
pub mod plot;
pub mod price;
pub mod tables;
pub mod text;

pub use document::Document;
pub use material::Material;
