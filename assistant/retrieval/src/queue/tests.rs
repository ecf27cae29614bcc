//! The queue under callers that come, wait and go.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

use super::*;

/// Work that runs until the returned sender is dropped.
fn until_released() -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
    let (release, released) = mpsc::channel::<()>();
    (release, move || {
        let _ended = released.recv();
    })
}

fn poll_once(future: std::pin::Pin<&mut impl Future>) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    matches!(future.poll(&mut context), Poll::Ready(_))
}

async fn until(queue: &WorkQueue, holds: impl Fn(QueueStats) -> bool) -> QueueStats {
    loop {
        let stats = queue.stats();
        if holds(stats) {
            return stats;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn work_gives_its_result_and_is_counted() {
    let queue = WorkQueue::new(2, 1);
    assert_eq!(queue.run(|| 7).await, Ok(7));
    let stats = queue.stats();
    assert_eq!((stats.begun, stats.running, stats.waiting), (1, 0, 0));
    assert!(stats.duration > Duration::ZERO);
}

#[tokio::test]
async fn no_more_runs_at_once_than_there_are_workers() {
    let queue = Arc::new(WorkQueue::new(2, 64));
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (queue, running, most) = (Arc::clone(&queue), Arc::clone(&running), Arc::clone(&most));
        tasks.spawn(async move {
            let work = move || {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(1));
                running.fetch_sub(1, Ordering::SeqCst);
            };
            queue.run(work).await
        });
    }
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.expect("no panic"), Ok(()));
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
    assert_eq!(queue.stats().begun, 40);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let queue = WorkQueue::new(1, 1);
    let (release, work) = until_released();
    let mut first = pin!(queue.run(work));
    assert!(!poll_once(first.as_mut()));
    let mut second = pin!(queue.run(|| ()));
    assert!(!poll_once(second.as_mut()));
    let third = queue.run(|| ()).await;
    assert_eq!(third, Err(QueueError::Full { capacity: 1 }));
    let stats = until(&queue, |stats| stats.running == 1).await;
    assert_eq!((stats.waiting, stats.refused), (1, 1));
    drop(release);
    assert_eq!((first.await, second.await), (Ok(()), Ok(())));
}

#[tokio::test]
async fn work_of_a_caller_that_left_the_queue_never_begins() {
    let queue = WorkQueue::new(1, 4);
    let (release, work) = until_released();
    let mut first = pin!(queue.run(work));
    assert!(!poll_once(first.as_mut()));
    until(&queue, |stats| stats.begun == 1).await;
    {
        let mut second = pin!(queue.run(|| panic!("it must not begin")));
        assert!(!poll_once(second.as_mut()));
        assert_eq!(queue.stats().waiting, 1);
    }
    drop(release);
    assert_eq!(first.await, Ok(()));
    assert_eq!(queue.run(|| 3).await, Ok(3));
    let stats = queue.stats();
    assert_eq!((stats.begun, stats.abandoned, stats.waiting), (2, 1, 0));
}

#[test]
fn work_never_begins_if_its_caller_leaves_before_a_thread_is_free() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.max_blocking_threads(1).enable_time().build();
    runtime.expect("a runtime").block_on(async {
        let (release, work) = until_released();
        let occupied = tokio::task::spawn_blocking(work);
        let queue = WorkQueue::new(1, 4);
        {
            let mut first = pin!(queue.run(|| panic!("it must not begin")));
            assert!(!poll_once(first.as_mut()));
        }
        drop(release);
        occupied.await.expect("no panic");
        let stats = until(&queue, |stats| stats.abandoned == 1).await;
        assert_eq!(stats.begun, 0);
    });
}

#[tokio::test]
async fn work_that_panics_frees_its_worker() {
    let queue = WorkQueue::new(1, 0);
    let failed: Result<(), _> = queue.run(|| panic!("on purpose")).await;
    assert_eq!(failed, Err(QueueError::Interrupted));
    until(&queue, |stats| stats.running == 0).await;
    let next = queue.run_in_background(|| 1).await;
    assert_eq!(next, Ok(1));
}

#[tokio::test]
async fn background_work_waits_beside_a_full_queue() {
    let queue = WorkQueue::new(1, 0);
    let (release, work) = until_released();
    let mut first = pin!(queue.run(work));
    assert!(!poll_once(first.as_mut()));
    let mut index = pin!(queue.run_in_background(|| ()));
    assert!(!poll_once(index.as_mut()));
    assert_eq!(
        queue.run(|| ()).await,
        Err(QueueError::Full { capacity: 0 })
    );
    drop(release);
    assert_eq!((first.await, index.await), (Ok(()), Ok(())));
}
