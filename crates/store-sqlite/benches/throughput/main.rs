//! How many statements a second the store takes, how many queries it answers, and what plain SQLite does with the
//! same statements in the same run.
//!
//! ```text
//! cargo bench -p store-sqlite -- [--stored N] [--measured N] [--folder DIR]
//! ```
//!
//! `--stored`: statements in the store before anything is measured (200,000). `--measured`: statements written in
//! each measurement (50,000). `--folder`: on the disk to be measured (target/bench).

mod figures;
mod raw;
mod statements;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use store::{NewStatement, StatementLog, StatementQuery, Store};
use store_sqlite::{SqliteOptions, SqliteStore};

use figures::Figures;
use statements::Generator;

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Arguments {
    stored: usize,
    measured: usize,
    folder: PathBuf,
}

fn arguments() -> Outcome<Arguments> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    let mut arguments = Arguments {
        stored: 200_000,
        measured: 50_000,
        folder: target,
    };
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{flag} wants a value"));
        match flag.as_str() {
            "--stored" => arguments.stored = value()?.replace([',', '_'], "").parse()?,
            "--measured" => arguments.measured = value()?.replace([',', '_'], "").parse()?,
            "--folder" => arguments.folder = value()?.into(),
            "--bench" => {}
            _ => return Err(format!("{flag}? there are --stored N, --measured N and --folder DIR").into()),
        }
    }
    Ok(arguments)
}

fn main() -> Outcome<()> {
    let Arguments {
        stored,
        measured,
        folder,
    } = arguments()?;
    let folder = folder.join("store-sqlite");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(measure(stored, measured, &folder))?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn measure(stored: usize, measured: usize, folder: &Path) -> Outcome<()> {
    let mut generator = Generator::new();
    let ours = folder.join("ours");
    let store = Arc::new(SqliteStore::open(&ours, SqliteOptions::default())?);

    println!("plain SQLite, {measured} statements into an empty file:");
    let sample = generator.take(measured)?;
    for (size, layout) in [
        (4, raw::Layout::RowPerKey),
        (50, raw::Layout::RowPerKey),
        (50, raw::Layout::StatementsOnly),
    ] {
        let file = folder.join(format!("raw-{size}-{layout:?}.db"));
        println!("  {}", raw::write(&file, &sample, size, layout)?);
    }
    drop(sample);

    println!("filling the store with {stored} statements:");
    let mut left = stored;
    let mut figures = Figures::default();
    while left > 0 {
        let part = left.min(100_000);
        let statements = generator.take(part)?;
        figures.add(append(&store, statements, 4, 500).await?);
        left -= part;
    }
    println!("  4 writers, 500 a batch: {figures}");
    for (writers, size) in [(8, 1), (4, 50), (4, 500)] {
        let count = if size == 1 { measured / 2 } else { measured };
        let statements = generator.take(count)?;
        let figures = append(&store, statements, writers, size).await?;
        println!("  {writers} writers, {size} a batch: {figures}");
    }
    for (name, query) in generator.queries(&*store).await? {
        let queries = query
            .into_iter()
            .map(|query| StatementQuery { limit: 50, ..query })
            .collect();
        println!("  {name}, 50 newest: {}", ask(&store, queries, 4).await?);
    }

    drop(store);
    let begun = Instant::now();
    let store = SqliteStore::open(&ours, SqliteOptions::default())?;
    store.ready().await?;
    println!("  opened without having been closed: {:?}", begun.elapsed());
    let begun = Instant::now();
    store.close().await?;
    println!("  closed: {:?}", begun.elapsed());
    Ok(())
}

/// Writes all statements from several tasks, each waiting for its batch before the next.
async fn append(
    store: &Arc<SqliteStore>,
    statements: Vec<NewStatement>,
    writers: usize,
    size: usize,
) -> Outcome<Figures> {
    let total = statements.len();
    let mut shares: Vec<Vec<Vec<NewStatement>>> = vec![Vec::new(); writers];
    let mut statements = statements.into_iter();
    for turn in 0.. {
        let batch: Vec<_> = statements.by_ref().take(size).collect();
        if batch.is_empty() {
            break;
        }
        if let Some(share) = shares.get_mut(turn % writers) {
            share.push(batch);
        }
    }
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for share in shares {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut times = Vec::with_capacity(share.len());
            for batch in share {
                let begun = Instant::now();
                store.append(batch).await.map_err(|error| error.to_string())?;
                times.push(begun.elapsed());
            }
            Ok::<_, String>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done??);
    }
    Ok(Figures::new(total, begun.elapsed(), times))
}

/// Asks for a second's worth of pages from several tasks.
async fn ask(store: &Arc<SqliteStore>, queries: Vec<StatementQuery>, askers: usize) -> Outcome<Figures> {
    const EACH: usize = 2_000;
    let queries = Arc::new(queries);
    let found = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for asker in 0..askers {
        let (store, queries, found) = (Arc::clone(store), Arc::clone(&queries), Arc::clone(&found));
        tasks.spawn(async move {
            let mut times = Vec::with_capacity(EACH);
            for query in queries.iter().cycle().skip(asker * 17).take(EACH) {
                let begun = Instant::now();
                let page = store.query(query).await.map_err(|error| error.to_string())?;
                found.fetch_add(page.statements.len(), Ordering::Relaxed);
                times.push(begun.elapsed());
            }
            Ok::<_, String>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done??);
    }
    let figures = Figures::new(EACH * askers, begun.elapsed(), times);
    Ok(figures.with_rows(found.load(Ordering::Relaxed)))
}
