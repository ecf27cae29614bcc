//! The assistant: questions, the search behind them, what users think of the answers, and OpenAI's shape of it all.

mod check;
pub mod faq;
pub mod feedback;
pub mod openai;
pub mod query;
