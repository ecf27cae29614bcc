//! How much is kept of what, and for how long.

/// What is kept, by kind; each kind has a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Conversations,
    Answers,
    Unanswered,
    Feedback,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [
        Self::Conversations,
        Self::Answers,
        Self::Unanswered,
        Self::Feedback,
    ];

    /// Name of the table in the file.
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Answers => "answers",
            Self::Unanswered => "unanswered",
            Self::Feedback => "feedback",
        }
    }
}

/// Bounds of one kind. Rows past either bound are deleted, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Most bytes in the process, keys and bookkeeping included; the file is of about the same size.
    pub max_bytes: usize,
    /// Age in seconds from which a row is deleted.
    pub max_age_s: u64,
}

/// Bounds of everything that is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Conversations, counted from their last turn.
    pub conversations: Limit,
    /// Answers of a language model, counted from when they were written.
    pub answers: Limit,
    /// Unanswered questions, counted from the last time that each was asked.
    pub unanswered: Limit,
    /// Users' remarks on answers.
    pub feedback: Limit,
    /// Whether rows past the bounds are deleted from the file too. The service does so; a command beside it does not know
    /// the service's bounds, and leaves the file's rows alone.
    pub deletes: bool,
}

impl Retention {
    pub(super) fn of(&self, kind: Kind) -> Limit {
        match kind {
            Kind::Conversations => self.conversations,
            Kind::Answers => self.answers,
            Kind::Unanswered => self.unanswered,
            Kind::Feedback => self.feedback,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        const HOUR: u64 = 3600;
        const DAY: u64 = 24 * HOUR;
        let limit = |max_bytes, max_age_s| Limit {
            max_bytes,
            max_age_s,
        };
        Self {
            conversations: limit(16 * MIB, 2 * HOUR),
            answers: limit(16 * MIB, DAY),
            unanswered: limit(4 * MIB, 180 * DAY),
            feedback: limit(8 * MIB, 365 * DAY),
            deletes: true,
        }
    }
}
