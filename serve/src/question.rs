//! How many questions are answered at once. One more is told to come back, which serves it better than a wait that ends at
//! the deadline.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::body;
use crate::error::ApiError;
use crate::state::AppState;

/// The body of a question, read as JSON into `T`, and the place that it took.
///
/// The place is taken when the whole body is there: a caller that sends slowly takes none.
#[derive(Debug)]
pub struct Question<T> {
    /// What was asked.
    pub body: T,
    /// Given back when the answer is whole.
    pub place: Place,
    /// When the answer must be whole.
    pub deadline: Instant,
}

/// A place among the questions that are being answered; dropping it gives it back.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Place {
    /// Keeps the place until the end of `stream`.
    pub fn kept_by<S: Stream>(self, stream: S) -> impl Stream<Item = S::Item> {
        stream.map(move |item| {
            let _kept = &self;
            item
        })
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for Question<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let deadline = Instant::now() + state.config.request_deadline;
        let bytes = body::read(request, state).await?;
        let places = Arc::clone(&state.questions.places);
        let permit = places.try_acquire_owned().map_err(|_| ApiError::Busy)?;
        Ok(Self {
            body: body::parse(&bytes)?,
            place: Place { _permit: permit },
            deadline,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn an_answer_keeps_its_place_until_its_stream_is_gone() {
        let places = Arc::new(Semaphore::new(1));
        let permit = Arc::clone(&places).try_acquire_owned().expect("a place");
        let place = Place { _permit: permit };
        let said = stream::iter(["x"]).chain(stream::pending());
        let mut answer = Box::pin(place.kept_by(said));
        assert_eq!(answer.next().await, Some("x"));
        assert_eq!(places.available_permits(), 0);
        drop(answer);
        assert_eq!(places.available_permits(), 1);
    }
}
