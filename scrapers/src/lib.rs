//! Crawlers of car sites: one engine, one module a site.

mod page;
pub mod privacy;
mod row;
pub mod site;
mod sites;
