//! Streams that end at a deadline.

use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, sleep_until};

/// The items of `stream`; if it has not ended at `deadline`, `None` once, and nothing more.
pub fn until<S: Stream>(stream: S, deadline: Instant) -> impl Stream<Item = Option<S::Item>> {
    let state = Some((Box::pin(stream), Box::pin(sleep_until(deadline))));
    stream::unfold(state, move |state| async move {
        let (mut stream, mut late) = state?;
        // A stream that never waits does not let the timer run.
        if Instant::now() >= deadline {
            return Some((None, None));
        }
        tokio::select! {
            biased;
            () = &mut late => Some((None, None)),
            item = stream.next() => item.map(|item| (Some(item), Some((stream, late)))),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_stream_that_goes_on_past_its_deadline_is_cut_once() {
        let deadline = Instant::now() + Duration::from_millis(200);
        let endless = stream::iter(['a', 'b']).chain(stream::pending());
        let items: Vec<_> = until(endless, deadline).collect().await;
        assert_eq!(items, [Some('a'), Some('b'), None]);
        assert!(Instant::now() >= deadline);
        let busy = until(stream::repeat('x'), Instant::now());
        let items: Vec<_> = busy.collect().await;
        assert_eq!(items.last(), Some(&None), "also one that never pauses");
    }

    #[tokio::test]
    async fn a_stream_that_ends_in_time_is_whole() {
        let deadline = Instant::now() + Duration::from_secs(8);
        let items: Vec<_> = until(stream::iter(['a', 'b']), deadline).collect().await;
        assert_eq!(items, [Some('a'), Some('b')]);
    }
}
