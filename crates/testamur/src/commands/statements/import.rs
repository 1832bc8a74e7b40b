use std::collections::VecDeque;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::ProgressBar;
use lrs::bulk::{ImportError, Lines, Prepared, Refusal, settle};
use store::{NewStatement, Store, StoreError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::lines::{self, Broken, Line};
use crate::cli::StatementsImportArgs;
use crate::commands::{bar, print};
use crate::config::Settings;
use crate::failure::{Failure, Outcome};
use crate::opened::with_store;

/// The account that stands in the `authority` of statements that name none. No key can be called so, since the user
/// name of HTTP Basic ends at the first colon.
const ACCOUNT: &str = "operator:import";
/// Refusals that are printed when going on after them; the file has them all.
const SHOWN: u64 = 100;
/// How long to wait when the store has more waiting than it takes.
const AGAIN: Duration = Duration::from_millis(20);

/// `testamur statements import`
pub(super) async fn run(arguments: StatementsImportArgs) -> Outcome {
    let settings = Settings::load(arguments.store.layer(), arguments.store.config.as_deref())?;
    let home_page = settings
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{}", settings.bind));
    let rules = Lines::new(lrs::authority(&home_page, ACCOUNT));
    let bar = bar();
    let input = lines::open(&arguments.file, &bar)?;
    let refused = arguments.keep_going.as_deref().map(Refused::create).transpose()?;
    let done = with_store(&arguments.store, async |store| {
        let mut import = Import {
            store,
            rules,
            name: name(&arguments.file),
            attachments: arguments.attachments.clone(),
            refused,
            bar: &bar,
            counts: Counts::default(),
        };
        let blocks = lines::blocks(input, settings.max_body_bytes);
        let outcome = import.all(blocks).await;
        Ok((outcome, import.counts, import.refused))
    })
    .await;
    bar.finish_and_clear();
    let (outcome, counts, refused) = done?;
    outcome.map_err(|failure| failure.and(&counts.so_far()))?;
    let refused = refused.map(Refused::finish).transpose()?.unwrap_or_default();
    print(&counts.to_string())?;
    if refused > 0 {
        return Err(Failure::definition(format!(
            "{refused} lines were refused; they are in {}",
            arguments.keep_going.as_deref().unwrap_or(Path::new("")).display()
        )));
    }
    Ok(())
}

fn name(file: &Path) -> String {
    if super::is_standard(file) {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

/// What has been done.
#[derive(Debug, Default)]
struct Counts {
    /// Statements that were read and are kept, new or not.
    kept: u64,
    /// Those that were not there before.
    new: u64,
    /// The last line of which all up to it are kept or refused.
    through: u64,
}

impl Counts {
    fn so_far(&self) -> String {
        match self.through {
            0 => "nothing was imported".to_owned(),
            through => format!(
                "the lines through {through} are imported ({self}); to import what is kept already changes nothing"
            ),
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} statements read, {} of them added", self.kept, self.new)
    }
}

/// The file of refused lines.
struct Refused {
    path: PathBuf,
    file: std::io::BufWriter<File>,
    count: u64,
}

impl Refused {
    fn create(path: &Path) -> Outcome<Self> {
        let file = File::create(path)
            .map_err(|error| Failure::new(format!("{} can not be written: {error}", path.display())))?;
        Ok(Self {
            path: path.to_owned(),
            file: std::io::BufWriter::new(file),
            count: 0,
        })
    }

    fn add(&mut self, line: &[u8]) -> Outcome {
        self.count += 1;
        let written = self
            .file
            .write_all(line)
            .and_then(|()| self.file.write_all(b"\n"));
        written.map_err(|error| self.unwritable(&error))
    }

    /// Writes what is left; answers how many lines there are.
    fn finish(mut self) -> Outcome<u64> {
        self.file.flush().map_err(|error| self.unwritable(&error))?;
        Ok(self.count)
    }

    fn unwritable(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("{} can not be written: {error}", self.path.display()))
    }
}

/// A block's lines and what became of each.
type Read = (Vec<Line>, Vec<Result<Prepared, Refusal>>);

struct Import<'a> {
    store: &'a dyn Store,
    rules: Lines,
    name: String,
    attachments: Option<PathBuf>,
    refused: Option<Refused>,
    bar: &'a ProgressBar,
    counts: Counts,
}

impl Import<'_> {
    /// Validates blocks on other threads, as many at once as there are, and keeps them in their order.
    async fn all(&mut self, mut blocks: mpsc::Receiver<Result<Vec<Line>, Broken>>) -> Outcome {
        let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let mut reading: VecDeque<JoinHandle<Read>> = VecDeque::new();
        let mut broken = None;
        loop {
            while reading.len() < at_once && broken.is_none() {
                match blocks.recv().await {
                    Some(Ok(block)) => reading.push_back(read(block, self.rules.clone())),
                    Some(Err(wrong)) => broken = Some(wrong),
                    None => break,
                }
            }
            let Some(block) = reading.pop_front() else { break };
            let (lines, outcomes) = block
                .await
                .map_err(|error| Failure::new(format!("a block of lines could not be read: {error}")))?;
            self.block(lines, outcomes).await?;
        }
        broken.map_or(Ok(()), |broken| Err(self.broken(&broken)))
    }

    fn broken(&self, broken: &Broken) -> Failure {
        match broken {
            Broken::Unreadable(error) => Failure::new(format!("{} can not be read: {error}", self.name)),
            Broken::TooLong { number } => Failure::definition(format!(
                "{}:{number}: the line is longer than a statement may be; --max-body-bytes says how long",
                self.name
            )),
        }
    }

    /// Keeps a block: all of its statements, or all that are not refused, or nothing.
    async fn block(&mut self, lines: Vec<Line>, outcomes: Vec<Result<Prepared, Refusal>>) -> Outcome {
        let through = lines.last().map_or(self.counts.through, |line| line.number);
        let mut batch = Vec::with_capacity(lines.len());
        for (line, outcome) in lines.into_iter().zip(outcomes) {
            let settled = match outcome {
                Ok(prepared) => match settle(self.store, &prepared, self.attachments.as_deref()).await {
                    Ok(()) => Ok(prepared.statement),
                    Err(ImportError::Refused(refusal)) => Err(refusal),
                    Err(ImportError::Store(error)) => return Err(error.into()),
                },
                Err(refusal) => Err(refusal),
            };
            match settled {
                Ok(statement) => batch.push((line, statement)),
                Err(refusal) => self.refuse(&line, &refusal)?,
            }
        }
        let (mut lines, mut statements): (Vec<Line>, Vec<NewStatement>) = batch.into_iter().unzip();
        loop {
            match self.store.append(statements).await {
                Ok(appended) => {
                    self.counts.kept += lines.len() as u64;
                    self.counts.new += appended.new as u64;
                    break;
                }
                // The others of the block have nothing to do with it.
                Err(StoreError::StatementConflict { id, index }) if index < lines.len() => {
                    let line = lines.remove(index);
                    self.refuse(&line, &Refusal::conflict(id))?;
                }
                Err(StoreError::Busy) => tokio::time::sleep(AGAIN).await,
                Err(error) => return Err(error.into()),
            }
            // The store has the statements; to read the lines again is rare, to copy each statement would not be.
            let again = lines
                .iter()
                .filter_map(|line| self.rules.prepare(&line.text).ok());
            statements = again.map(|prepared| prepared.statement).collect();
        }
        self.counts.through = through;
        self.bar.set_message(self.counts.to_string());
        Ok(())
    }

    /// Notes a refused line; ends the import unless it is to go on.
    fn refuse(&mut self, line: &Line, refusal: &Refusal) -> Outcome {
        let said = format!("{}:{}: {refusal}", self.name, line.number);
        let Some(refused) = &mut self.refused else {
            return Err(Failure::definition(said));
        };
        refused.add(&line.text)?;
        if refused.count <= SHOWN {
            self.bar.suspend(|| eprintln!("testamur: {said}"));
        }
        if refused.count == SHOWN {
            self.bar
                .suspend(|| eprintln!("testamur: further refusals are only counted"));
        }
        Ok(())
    }
}

fn read(block: Vec<Line>, rules: Lines) -> JoinHandle<Read> {
    tokio::task::spawn_blocking(move || {
        let outcomes = block.iter().map(|line| rules.prepare(&line.text)).collect();
        (block, outcomes)
    })
}
