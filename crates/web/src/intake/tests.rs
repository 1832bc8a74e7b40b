use std::time::Duration;

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::sleep;

use super::pace::Paced;
use super::*;

const STALL: Duration = Duration::from_secs(30);

/// A body of so many pieces of so many bytes, each after a pause.
fn body(
    pieces: usize,
    bytes: usize,
    pause: Duration,
) -> impl Stream<Item = Result<Bytes, PayloadError>> + Unpin {
    let pieces = stream::iter(0..pieces).then(move |_| async move {
        sleep(pause).await;
        Ok(Bytes::from(vec![b'x'; bytes]))
    });
    Box::pin(pieces)
}

/// How many bytes came before the end, and whether it was a good one.
async fn read(mut body: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin) -> (usize, bool) {
    let mut read = 0;
    while let Some(piece) = body.next().await {
        match piece {
            Ok(bytes) => read += bytes.len(),
            Err(PayloadError::Io(error)) if error.kind() == std::io::ErrorKind::TimedOut => {
                return (read, false);
            }
            Err(error) => panic!("{error}"),
        }
    }
    (read, true)
}

#[tokio::test(start_paused = true)]
async fn a_byte_a_second_is_cut_off() {
    let (bytes, whole) = read(Paced::new(body(1_000, 1, Duration::from_secs(1)), STALL)).await;
    assert!(!whole && (29..=30).contains(&bytes), "{bytes}");
}

#[tokio::test(start_paused = true)]
async fn silence_is_cut_off() {
    assert_eq!(read(Paced::new(stream::pending(), STALL)).await, (0, false));
}

#[tokio::test(start_paused = true)]
async fn a_slow_line_is_not() {
    // Ten minutes at 2 KiB a second.
    let (bytes, whole) = read(Paced::new(body(600, 2_048, Duration::from_secs(1)), STALL)).await;
    assert!(whole && bytes == 600 * 2_048);
    // A small body may take its time.
    assert_eq!(
        read(Paced::new(body(20, 1, Duration::from_secs(1)), STALL)).await,
        (20, true)
    );
}

#[tokio::test(start_paused = true)]
async fn the_servers_own_time_does_not_count() {
    let mut paced = Paced::new(body(3, 10, Duration::from_secs(9)), STALL);
    for _ in 0..3 {
        paced.next().await.unwrap().unwrap();
        sleep(Duration::from_secs(3_600)).await;
    }
    assert!(paced.next().await.is_none());
}

#[tokio::test]
async fn room_is_given_back_and_never_exceeded() {
    let kib = Arc::new(Semaphore::new(4));
    let share = || {
        RefCell::new(Share {
            of: Arc::clone(&kib),
            bytes: 0,
            held: Vec::new(),
            held_kib: 0,
        })
    };
    SHARE
        .scope(share(), async {
            for _ in 0..30 {
                reserve(100).unwrap();
            }
            assert_eq!(kib.available_permits(), 1, "3,000 bytes are 3 KiB");
            SHARE
                .scope(share(), async {
                    reserve(1_024).unwrap();
                    let full = reserve(1).unwrap_err();
                    assert_eq!((full.status().as_u16(), full.code()), (503, "busy"));
                })
                .await;
            reserve(1_000).unwrap();
        })
        .await;
    assert_eq!(kib.available_permits(), 4);
    reserve(usize::MAX).unwrap();
}
