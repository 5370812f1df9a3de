use std::sync::mpsc;

use super::*;

/// Far longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);

/// Over as soon as it has begun.
const SHORT: Duration = Duration::from_nanos(1);

fn done(token: &CancelToken) -> Result<u32, ApiError> {
    assert!(!token.is_set());
    Ok(7)
}

/// Spins until told to stop, as an engine does between two looks at its token.
fn until_stopped(token: &CancelToken) -> Result<u32, ApiError> {
    while !token.is_set() {
        std::thread::yield_now();
    }
    Err(token.check().expect_err("it is set").into())
}

#[tokio::test]
async fn answers_what_the_work_answers() {
    assert_eq!(Workers::new(1).run(LONG, done).await, Ok(7));
}

#[tokio::test]
async fn a_panic_fails_its_own_work_alone() {
    let workers = Workers::new(1);
    let failed = workers
        .run::<u32, _>(LONG, |_| panic!("index out of bounds"))
        .await;
    assert_eq!(
        failed,
        Err(ApiError::Execution(
            "unexpected error: index out of bounds".to_owned()
        ))
    );
    assert_eq!(workers.run(LONG, done).await, Ok(7));
}

#[tokio::test]
async fn work_that_takes_too_long_is_stopped() {
    let workers = Workers::new(1);
    let failed = workers.run(SHORT, until_stopped).await;
    assert_eq!(
        failed,
        Err(ApiError::Timeout(
            "query timed out in query execution".to_owned()
        ))
    );
    assert_eq!(workers.run(LONG, done).await, Ok(7));
    assert_eq!(
        workers.run(Duration::ZERO, done).await,
        Err(ApiError::Timeout(
            "query timed out in query execution".to_owned()
        ))
    );
}

#[tokio::test]
async fn dropping_the_caller_cancels_and_frees_the_slot() {
    let workers = Workers::new(1);
    let (started, starts) = mpsc::channel();
    let running = tokio::spawn({
        let workers = workers.clone();
        async move {
            let work = move |token: &CancelToken| {
                started.send(()).expect("the test waits");
                until_stopped(token)
            };
            workers.run(LONG, work).await
        }
    });
    spawn_blocking(move || starts.recv())
        .await
        .expect("no panic")
        .expect("it starts");
    running.abort();
    assert_eq!(workers.run(LONG, done).await, Ok(7));
}

#[tokio::test]
async fn waiting_has_an_end_and_a_bound() {
    let workers = Workers::new(1);
    let slot = workers
        .slot(Instant::now() + LONG)
        .await
        .expect("it is free");
    assert_eq!(
        workers.run(SHORT, done).await,
        Err(ApiError::Timeout(
            "query timed out in query queue".to_owned()
        ))
    );
    workers.waiting.store(WAITING_MAX, Ordering::Relaxed);
    assert_eq!(
        workers.run(LONG, done).await,
        Err(ApiError::Timeout(
            "too many queries are waiting: 10000".to_owned()
        ))
    );
    workers.waiting.store(0, Ordering::Relaxed);
    drop(slot);
    assert_eq!(workers.run(LONG, done).await, Ok(7));
    assert_eq!(workers.waiting.load(Ordering::Relaxed), 0);
}
