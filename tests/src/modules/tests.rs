//! The rules on layers, on crates of a few lines.

use super::{Cycle, Modules};

/// Members of each cycle, after the folder that they lie in.
fn cycles(texts: &[(&str, &str)]) -> Vec<String> {
    let found = Modules::of_texts(texts).cycles();
    found.iter().map(in_words).collect()
}

fn in_words(cycle: &Cycle) -> String {
    let members: Vec<_> = cycle.members.iter().map(String::as_str).collect();
    format!("{}: {}", cycle.folder, members.join(" "))
}

/// `from -> to` for each import.
fn imports(texts: &[(&str, &str)]) -> Vec<String> {
    let found = Modules::of_texts(texts).imports();
    let mut pairs: Vec<_> = found
        .iter()
        .map(|import| format!("{} -> {}", import.from, import.to))
        .collect();
    pairs.dedup();
    pairs
}

#[test]
fn two_files_that_import_each_other_are_a_cycle() {
    let texts = [
        ("crate", "mod a; mod b;"),
        ("a", "use crate::b::B; pub struct A(B);"),
        ("b", "pub struct B; fn b(a: &super::a::A) {}"),
    ];
    assert_eq!(cycles(&texts), ["crate: a b"]);
}

#[test]
fn imports_in_one_direction_are_no_cycle() {
    let texts = [
        ("crate", "mod a; mod b; mod c;"),
        ("a", "use crate::{b::B, c::C};"),
        ("b", "use crate::c::C; pub struct B;"),
        ("c", "pub struct C;"),
    ];
    assert_eq!(cycles(&texts), [""; 0]);
    assert_eq!(imports(&texts), ["a -> b", "a -> c", "b -> c"]);
}

#[test]
fn a_cycle_deep_in_the_tree_is_found_in_its_folder() {
    let texts = [
        ("crate", "mod a;"),
        ("a", "mod b; mod c; mod d;"),
        ("a::b", "use super::c;"),
        ("a::c", "use super::d::D; pub struct C;"),
        ("a::d", "use super::b as other; pub struct D;"),
    ];
    assert_eq!(cycles(&texts), ["a: b c d"]);
}

#[test]
fn two_folders_are_a_cycle_even_if_none_of_their_files_is() {
    let texts = [
        ("crate", "mod a; mod b;"),
        ("a", "pub mod high; pub mod low;"),
        ("a::high", "use crate::b::B;"),
        ("a::low", "pub struct Low;"),
        ("b", "use crate::a::low::Low; pub struct B;"),
    ];
    assert_eq!(cycles(&texts), ["crate: a b"]);
}

#[test]
fn a_module_and_those_below_it_may_know_each_other() {
    let texts = [
        ("crate", "mod a;"),
        ("a", "mod b; pub struct A; use b::B;"),
        ("a::b", "pub struct B; fn b(a: super::A) {}"),
    ];
    assert_eq!(cycles(&texts), [""; 0]);
}

#[test]
fn a_name_handed_on_counts_for_the_file_that_defines_it() {
    let texts = [
        ("crate", "mod a; mod b; pub use a::*;"),
        ("a", "mod deep; pub use deep::Deep as Shown; pub struct A;"),
        ("a::deep", "use crate::b::B; pub struct Deep;"),
        ("b", "pub struct B; fn b() { crate::Shown::new() }"),
    ];
    assert_eq!(imports(&texts), ["a::deep -> b", "b -> a::deep"]);
    assert_eq!(cycles(&texts), ["crate: a b"]);
}

#[test]
fn a_path_in_a_macro_or_in_an_attribute_is_an_import() {
    let texts = [
        ("crate", "mod a; mod b; mod c;"),
        ("a", "fn a() { format!(\"{}\", [crate::b::B]) }"),
        ("b", "#[serde(with = \"crate::c::dates\")] pub struct B;"),
        ("c", "pub mod dates {}"),
    ];
    assert_eq!(imports(&texts), ["a -> b", "b -> c"]);
}

#[test]
fn a_path_through_a_module_that_was_brought_in_is_an_import_of_what_it_names() {
    let texts = [
        ("crate", "mod a; mod b;"),
        ("a", "use crate::b; fn a() { b::deep::run() }"),
        ("b", "pub mod deep;"),
        ("b::deep", "pub fn run() {}"),
    ];
    assert_eq!(imports(&texts), ["a -> b", "a -> b::deep"]);
}

#[test]
fn tests_and_other_crates_are_left_out() {
    let texts = [
        ("crate", "mod a; mod b; pub use std::fmt::Display;"),
        (
            "a",
            "use serde::Serialize; use crate::Display; #[cfg(test)] mod tests { use crate::b::B; }",
        ),
        (
            "b",
            "use crate::a; #[cfg(test)] fn of() -> a::A {} pub struct B;",
        ),
    ];
    assert_eq!(imports(&texts), ["b -> a"]);
}

#[test]
fn an_import_from_a_higher_layer_is_upward() {
    let modules = Modules::of_texts(&[
        ("crate", "mod low; mod middle; mod high; pub fn run() {}"),
        ("low", "mod deep; pub struct Low;"),
        ("low::deep", "use crate::high::High;"),
        ("middle", "use crate::low::Low;"),
        ("high", "pub struct High; fn high() { crate::run() }"),
    ]);
    assert_eq!(modules.cycles(), []);
    let found = modules.upward(&[&["low"], &["middle"], &["high"]]);
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "high (line 1) imports `crate::run` of crate",
            "low::deep (line 1) imports `crate::high::High` of high"
        ]
    );
}

#[test]
#[should_panic(expected = "the module `new` has no layer")]
fn a_module_without_a_layer_is_an_error() {
    let modules = Modules::of_texts(&[("crate", "mod old; mod new;"), ("old", ""), ("new", "")]);
    let _ = modules.upward(&[&["old"]]);
}

#[test]
#[should_panic(expected = "no module `gone`")]
fn a_layer_of_a_module_that_is_gone_is_an_error() {
    let modules = Modules::of_texts(&[("crate", "mod old;"), ("old", "")]);
    let _ = modules.upward(&[&["old", "gone"]]);
}
