use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt as _;
use indicatif::ProgressBar;
use store::{Position, Sha2, Store};

use super::{is_gzip, is_standard};
use crate::cli::StatementsExportArgs;
use crate::commands::{bar, print};
use crate::failure::{Failure, Outcome};
use crate::opened::with_store;

/// Statements read at once.
const PAGE: usize = 1_000;

/// `testamur statements export`
pub(super) async fn run(arguments: StatementsExportArgs) -> Outcome {
    if let Some(folder) = &arguments.attachments {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::new(format!("{} can not be made: {error}", folder.display())))?;
    }
    let mut output = Output::create(&arguments.file)?;
    let bar = bar();
    let written = with_store(&arguments.store, async |store| {
        export(store, &mut output, arguments.attachments.as_deref(), &bar).await
    })
    .await;
    bar.finish_and_clear();
    let Some((statements, contents)) = written? else {
        // Whoever read it has seen enough.
        return Ok(());
    };
    output
        .finish()
        .map_err(|error| unwritable(&arguments.file, &error))?;
    if !is_standard(&arguments.file) {
        print(&match arguments.attachments {
            Some(_) => format!("{statements} statements and {contents} contents of attachments written"),
            None => format!("{statements} statements written"),
        })?;
    }
    Ok(())
}

/// Writes everything up to the head of the log as it is now; answers how many statements and contents, or nothing
/// where nobody reads the output any more.
async fn export(
    store: &dyn Store,
    output: &mut Output,
    attachments: Option<&Path>,
    bar: &ProgressBar,
) -> Outcome<Option<(u64, usize)>> {
    let head = store.head().await?;
    bar.set_length(u64::try_from(head.0).unwrap_or_default());
    let (mut after, mut statements) = (Position::START, 0_u64);
    let mut contents = HashSet::new();
    while after < head {
        let page = store.read_log(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        for entry in page.iter().take_while(|entry| entry.position <= head) {
            let line = output
                .write(entry.text.as_bytes())
                .and_then(|()| output.write(b"\n"));
            match line {
                Ok(()) => statements += 1,
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(None),
                Err(error) => return Err(unwritable(Path::new(&output.name), &error)),
            }
            if let Some(folder) = attachments {
                for sha2 in lrs::bulk::attachments_of(&entry.text) {
                    if !contents.contains(&sha2.0) && content(store, &sha2, folder).await? {
                        contents.insert(sha2.0);
                    }
                }
            }
        }
        bar.set_position(u64::try_from(after.0).unwrap_or_default());
    }
    Ok(Some((statements, contents.len())))
}

/// Writes one content, whole or not at all; `false` where the store does not have it.
async fn content(store: &dyn Store, sha2: &Sha2, folder: &Path) -> Outcome<bool> {
    let Some(mut pieces) = store.attachment(sha2).await? else {
        return Ok(false);
    };
    let path = folder.join(&sha2.0);
    if path.exists() {
        return Ok(true);
    }
    let partial = folder.join(format!("{}.partial", sha2.0));
    let failed = |error: io::Error| unwritable(&partial, &error);
    let mut file = File::create(&partial).map_err(failed)?;
    while let Some(piece) = pieces.try_next().await? {
        file.write_all(&piece).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    fs::rename(&partial, &path).map_err(failed)?;
    Ok(true)
}

fn unwritable(file: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} can not be written: {error}", file.display()))
}

/// Where the lines go.
struct Output {
    name: String,
    kind: Kind,
}

enum Kind {
    Standard(BufWriter<io::Stdout>),
    Plain(BufWriter<File>),
    Gzip(Box<GzEncoder<BufWriter<File>>>),
}

impl Output {
    fn create(path: &Path) -> Outcome<Self> {
        let file = || File::create(path).map_err(|error| unwritable(path, &error));
        let kind = if is_standard(path) {
            Kind::Standard(BufWriter::new(io::stdout()))
        } else if is_gzip(path) {
            let file = BufWriter::new(file()?);
            Kind::Gzip(Box::new(GzEncoder::new(file, Compression::default())))
        } else {
            Kind::Plain(BufWriter::new(file()?))
        };
        let name = path.display().to_string();
        Ok(Self { name, kind })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.kind {
            Kind::Standard(output) => output.write_all(bytes),
            Kind::Plain(output) => output.write_all(bytes),
            Kind::Gzip(output) => output.write_all(bytes),
        }
    }

    /// Writes what is left, to the disk where it is a file.
    fn finish(self) -> io::Result<()> {
        let file = match self.kind {
            Kind::Standard(mut output) => {
                return match output.flush() {
                    Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
                    _ => Ok(()),
                };
            }
            Kind::Plain(output) => output.into_inner()?,
            Kind::Gzip(output) => output.finish()?.into_inner()?,
        };
        file.sync_all()
    }
}
