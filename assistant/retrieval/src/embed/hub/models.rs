//! The models that go by a name.

use crate::embed::description::Pooling;
use crate::embed::{Error, Result};

/// A model: where it is, at which revision, and what its repository does not say.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) repository: &'static str,
    pub(super) revision: &'static str,
    pub(super) pooling: Pooling,
    pub(super) query_prefix: &'static str,
    pub(super) passage_prefix: &'static str,
    /// SHA-256 of files, computed from the files.
    pins: &'static [(&'static str, &'static str)],
}

pub(super) const ALL: &[Known] = &[
    Known {
        name: "all-MiniLM-L6-v2",
        repository: "sentence-transformers/all-MiniLM-L6-v2",
        revision: "c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
        pooling: Pooling::Mean,
        query_prefix: "",
        passage_prefix: "",
        pins: &[
            (
                "model.safetensors",
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
            (
                "tokenizer.json",
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            ),
        ],
    },
    Known {
        name: "multilingual-e5-small",
        repository: "intfloat/multilingual-e5-small",
        revision: "614241f622f53c4eeff9890bdc4f31cfecc418b3",
        pooling: Pooling::Mean,
        query_prefix: "query: ",
        passage_prefix: "passage: ",
        pins: &[],
    },
    Known {
        name: "paraphrase-multilingual-MiniLM-L12-v2",
        repository: "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        revision: "e8f8c211226b894fcb81acc59f3b34ba3efd5f42",
        pooling: Pooling::Mean,
        query_prefix: "",
        passage_prefix: "",
        pins: &[],
    },
    Known {
        name: "bge-small-en-v1.5",
        repository: "BAAI/bge-small-en-v1.5",
        revision: "5c38ec7c405ec4b44b94cc5a9bb96e735b38267a",
        pooling: Pooling::Cls,
        query_prefix: "Represent this sentence for searching relevant passages: ",
        passage_prefix: "",
        pins: &[],
    },
];

/// The model of a name, which may be written with its repository's owner.
pub(super) fn find(name: &str) -> Result<&'static Known> {
    let mut models = ALL.iter();
    let found = models.find(|model| model.name == name || model.repository == name);
    found.ok_or_else(|| Error::UnknownModel {
        name: name.to_owned(),
        known: super::model_names().collect::<Vec<_>>().join("`, `"),
    })
}

impl Known {
    pub(super) fn pinned(&self, path: &str) -> Option<&'static str> {
        let pin = self.pins.iter().find(|(file, _)| *file == path);
        pin.map(|&(_, sha256)| sha256)
    }
}
