//! The instructions for a model: files in two parts, with a version.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// Line between a file's system part and its user part.
const SPLIT: &str = "=== user ===\n";

/// A prompt file. A change of its text changes its version, and with it every cache key.
#[derive(Debug)]
pub struct Prompt {
    pub(super) system: &'static str,
    pub(super) user: &'static str,
    version: String,
}

impl Prompt {
    fn new(name: &str, file: &'static str) -> Self {
        let (system, user) = file
            .split_once(SPLIT)
            .expect("a shipped prompt has both parts");
        let hash = Sha256::digest(file.as_bytes());
        let version = format!(
            "{name}-{:02x}{:02x}{:02x}{:02x}",
            hash[0], hash[1], hash[2], hash[3]
        );
        Self {
            system: system.trim(),
            user: user.trim(),
            version,
        }
    }

    /// Name and version of the file with the beginning of its hash: `answer.v1-1a2b3c4d`.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// Answers from passages and facts.
pub static ANSWER: LazyLock<Prompt> =
    LazyLock::new(|| Prompt::new("answer.v1", include_str!("../../prompts/answer.v1.md")));
/// Makes a follow-up a question that stands alone.
pub static REWRITE: LazyLock<Prompt> =
    LazyLock::new(|| Prompt::new("rewrite.v1", include_str!("../../prompts/rewrite.v1.md")));
/// Translates a question into the language of the corpus.
pub static TRANSLATE: LazyLock<Prompt> = LazyLock::new(|| {
    Prompt::new(
        "translate.v1",
        include_str!("../../prompts/translate.v1.md"),
    )
});
/// Says what a message wants.
pub static INTENT: LazyLock<Prompt> =
    LazyLock::new(|| Prompt::new("intent.v1", include_str!("../../prompts/intent.v1.md")));

/// What the instructions say, so that an answer which repeats them is known.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    [&ANSWER, &REWRITE, &TRANSLATE, &INTENT]
        .into_iter()
        .flat_map(|prompt| [prompt.system, prompt.user])
}
