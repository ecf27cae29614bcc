//! The program `evaluate` and its figures, as their users meet them.

/// The script that a CI runs.
mod ci;
/// Listings that moved.
mod drift;
/// Answers from a FAQ.
mod faq;
/// Bounds, and every exit code.
mod gate;
/// Models of a registry: rows that they were trained on, importance, comparison.
mod models;
/// Scores and comparisons of predictions.
mod predictions;
/// Agreement with scikit-learn, SciPy and ranx.
mod reference;
/// The report in all its forms.
mod report;
/// What the others share.
mod support;
