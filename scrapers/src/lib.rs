//! Crawlers of car sites: one engine, one module a site.

pub mod site;
