//! `trainer promote` and `trainer rollback`: which model the service follows.

use std::collections::BTreeMap;

use models::Registry;
use models::registry::{CHAMPION, Change, PREVIOUS};
use serde::Serialize;

use crate::{
    Output, Result,
    cli::{PromoteArgs, RollbackArgs},
};

/// What `--json` prints.
#[derive(Serialize)]
struct Outcome<'a> {
    changed: bool,
    change: Option<&'a Change>,
    aliases: BTreeMap<String, String>,
}

/// Makes a model the champion.
///
/// # Errors
/// [`crate::Error::Io`] for a registry that is absent, [`crate::Error::Model`] for a version that is not there or not
/// whole. The aliases then stay as they were.
pub fn promote(args: &PromoteArgs, output: Output) -> Result<()> {
    let registry = Registry::open_existing(&args.registry)?;
    let change = registry.promote(&args.reference, &args.reason.reason(""))?;
    if change.is_none() {
        output.note(format_args!(
            "`{}` is the champion already; nothing changed",
            args.reference
        ));
    }
    print(&registry, change.as_ref(), output)
}

/// Brings the previous champion back.
///
/// # Errors
/// As [`promote`], and [`crate::Error::Model`] where there is no previous champion.
pub fn rollback(args: &RollbackArgs, output: Output) -> Result<()> {
    let registry = Registry::open_existing(&args.registry)?;
    let change = registry.rollback(&args.reason.reason(""))?;
    print(&registry, Some(&change), output)
}

fn print(registry: &Registry, change: Option<&Change>, output: Output) -> Result<()> {
    let aliases = registry.aliases()?;
    if output.is_json() {
        return Ok(output.json(&Outcome {
            changed: change.is_some(),
            change,
            aliases,
        })?);
    }
    let alias = |name| aliases.get(name).map_or("none", String::as_str);
    Ok(output.data(&format!(
        "{CHAMPION}: {}\n{PREVIOUS}: {}\n",
        alias(CHAMPION),
        alias(PREVIOUS)
    ))?)
}
