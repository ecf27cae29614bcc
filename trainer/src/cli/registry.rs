//! Flags of what looks into a registry and changes it.

use std::path::PathBuf;

use chrono::Utc;
use clap::Args;
use models::registry::Reason;

use super::values;

/// Flags of `models`.
#[derive(Debug, Clone, Args)]
pub struct ModelsArgs {
    /// Directory of the models, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
}

/// Flags of `promote`.
#[derive(Debug, Clone, Args)]
pub struct PromoteArgs {
    /// Version to promote, or an alias that points at it (`challenger`)
    #[arg(value_name = "VERSION|ALIAS")]
    pub reference: String,
    /// Directory of the models, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Who and why.
    #[command(flatten)]
    pub reason: ReasonArgs,
}

/// Flags of `rollback`.
#[derive(Debug, Clone, Args)]
pub struct RollbackArgs {
    /// Directory of the models, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Who and why.
    #[command(flatten)]
    pub reason: ReasonArgs,
}

/// Flags of `history`.
#[derive(Debug, Clone, Args)]
pub struct HistoryArgs {
    /// Directory of the models, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Tell only the newest N changes
    #[arg(long, value_name = "N", value_parser = values::changes, allow_negative_numbers = true)]
    pub limit: Option<usize>,
}

/// Flags of `gc`.
#[derive(Debug, Clone, Args)]
pub struct GcArgs {
    /// Directory of the models, or s3://BUCKET/PREFIX, gs://…, az://…
    #[arg(long, value_name = "DIR|URL", env = "GIAXE_REGISTRY")]
    pub registry: PathBuf,
    /// Models to keep beside those that aliases point at: the N published last
    #[arg(long, value_name = "N", value_parser = values::kept, allow_negative_numbers = true)]
    pub keep: usize,
    /// Only say what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

/// Who changes aliases, and why.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "History")]
pub struct ReasonArgs {
    /// Who does this [default: $USER, else $LOGNAME]
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    pub by: Option<String>,
    /// Why, for those who read the history
    #[arg(long, value_name = "TEXT", value_parser = values::why)]
    pub why: Option<String>,
}

impl ReasonArgs {
    /// The reason as of now; `why` where the flags give none.
    pub fn reason(&self, why: &str) -> Reason {
        let user = || {
            ["USER", "LOGNAME"].iter().find_map(|name| {
                let user = std::env::var(name).ok()?;
                values::name(&user).ok()
            })
        };
        Reason {
            by: self
                .by
                .clone()
                .or_else(user)
                .unwrap_or_else(|| "unknown".to_owned()),
            why: self.why.clone().unwrap_or_else(|| why.to_owned()),
            at: Utc::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_above_what_the_program_would_say() {
        let args = ReasonArgs {
            by: Some("linh".to_owned()),
            why: None,
        };
        let reason = args.reason("trained");
        assert_eq!(
            (reason.by.as_str(), reason.why.as_str()),
            ("linh", "trained")
        );
        let args = ReasonArgs {
            why: Some("better".to_owned()),
            ..args
        };
        assert_eq!(args.reason("trained").why, "better");
        assert!(!ReasonArgs::default().reason("").by.is_empty());
    }
}
