//! The lines of a file, in blocks, read on a thread of their own.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;
use tokio::sync::mpsc;

use super::{is_gzip, is_standard};
use crate::commands::bar_style;
use crate::failure::{Failure, Outcome};

/// A line with its number, from 1, without what ends it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) text: Vec<u8>,
}

/// What can be wrong with a file beside its statements.
#[derive(Debug)]
pub(super) enum Broken {
    /// The file can not be read on.
    Unreadable(std::io::Error),
    /// A line is longer than any statement may be.
    TooLong { number: u64 },
}

/// Blocks that may wait to be worked on.
const WAITING: usize = 4;
/// Lines in a block: kept together, all or none.
pub(super) const BLOCK_LINES: usize = 1_000;
/// Bytes after which a block takes no further line.
const BLOCK_BYTES: usize = 4 * 1024 * 1024;
const READ_AT_ONCE: usize = 256 * 1024;

/// Opens a file, or standard input for `-`.
///
/// # Errors
/// When it can not be opened.
pub(super) fn open(file: &Path, bar: &ProgressBar) -> Outcome<Box<dyn BufRead + Send>> {
    if is_standard(file) {
        bar.set_style(bar_style("{spinner} {human_pos} bytes, {elapsed}  {msg}"));
        let input = bar.wrap_read(std::io::stdin());
        return Ok(Box::new(BufReader::with_capacity(READ_AT_ONCE, input)));
    }
    let shown = file.display();
    let opened =
        File::open(file).map_err(|error| Failure::new(format!("{shown} can not be read: {error}")))?;
    if let Ok(facts) = opened.metadata() {
        bar.set_length(facts.len());
    }
    let opened = bar.wrap_read(opened);
    if is_gzip(file) {
        let text = MultiGzDecoder::new(BufReader::with_capacity(READ_AT_ONCE, opened));
        return Ok(Box::new(BufReader::with_capacity(READ_AT_ONCE, text)));
    }
    Ok(Box::new(BufReader::with_capacity(READ_AT_ONCE, opened)))
}

/// Reads blocks of lines until the end or the first thing that is wrong. Blank lines are counted and left out.
pub(super) fn blocks(
    mut input: impl BufRead + Send + 'static,
    longest: usize,
) -> mpsc::Receiver<Result<Vec<Line>, Broken>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut number = 0;
        loop {
            let (block, ended) = block(&mut input, longest, &mut number);
            if !block.is_empty() && sender.blocking_send(Ok(block)).is_err() {
                return;
            }
            match ended {
                None => {}
                Some(Ok(())) => return,
                Some(Err(broken)) => {
                    // Nobody may be waiting any more.
                    let _ = sender.blocking_send(Err(broken));
                    return;
                }
            }
        }
    });
    receiver
}

/// The next block, and whether the file ended with it, well or not.
fn block(
    input: &mut impl BufRead,
    longest: usize,
    number: &mut u64,
) -> (Vec<Line>, Option<Result<(), Broken>>) {
    let mut block = Vec::new();
    let mut bytes = 0;
    while block.len() < BLOCK_LINES && bytes < BLOCK_BYTES {
        let mut text = Vec::new();
        let bound = u64::try_from(longest).unwrap_or(u64::MAX).saturating_add(2);
        let read = input.by_ref().take(bound).read_until(b'\n', &mut text);
        *number += 1;
        match read {
            Err(error) => return (block, Some(Err(Broken::Unreadable(error)))),
            Ok(0) => return (block, Some(Ok(()))),
            Ok(_) => {}
        }
        if text.last() == Some(&b'\n') {
            text.pop();
        }
        if text.len() > longest {
            return (block, Some(Err(Broken::TooLong { number: *number })));
        }
        if !text.trim_ascii().is_empty() {
            bytes += text.len();
            block.push(Line {
                number: *number,
                text,
            });
        }
    }
    (block, None)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    async fn read(text: &str, longest: usize) -> (Vec<(u64, String)>, Option<Broken>) {
        let mut receiver = blocks(Cursor::new(text.as_bytes().to_vec()), longest);
        let mut lines = Vec::new();
        while let Some(block) = receiver.recv().await {
            match block {
                Ok(block) => lines.extend(
                    block
                        .into_iter()
                        .map(|line| (line.number, String::from_utf8(line.text).unwrap())),
                ),
                Err(broken) => return (lines, Some(broken)),
            }
        }
        (lines, None)
    }

    #[tokio::test]
    async fn lines_keep_their_numbers_over_blank_ones() {
        let (lines, broken) = read("a\n\n  \r\nb\r\nc", 10).await;
        assert!(broken.is_none());
        assert_eq!(lines, [(1, "a".into()), (4, "b\r".into()), (5, "c".into())]);
        let many = "x\n".repeat(BLOCK_LINES * 2 + 1);
        assert_eq!(
            read(&many, 10).await.0.last(),
            Some(&(BLOCK_LINES as u64 * 2 + 1, "x".into()))
        );
    }

    #[tokio::test]
    async fn a_line_without_end_takes_no_memory() {
        let (lines, broken) = read(&format!("a\n{}", "x".repeat(1_000_000)), 10).await;
        assert_eq!(lines, [(1, "a".into())]);
        assert!(
            matches!(broken, Some(Broken::TooLong { number: 2 })),
            "{broken:?}"
        );
    }
}
