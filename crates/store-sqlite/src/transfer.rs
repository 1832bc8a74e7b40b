//! Everything as it is kept, for copies to and from other stores.

use async_trait::async_trait;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, ToSql, params_from_iter};
use store::transfer::{Cell, LogRecord, Row, Rows, Table, Transfer};
use store::{IndexKey, Position, Sha2, StoreError, StoreResult};
use xapi::{Fingerprint, Ifi, Timestamp};

use crate::SqliteStore;
use crate::fault::Fault;
use crate::log::rows::keys;

/// Rows read at once, unless they are long.
const ROWS: usize = 2_000;
/// Bytes after which a page takes no further row.
const BYTES: usize = 4 * 1024 * 1024;
const IDENTITY: &str = "identity";
const PROGRESS: &str = "copy";

#[async_trait]
impl Transfer for SqliteStore {
    async fn identity(&self) -> StoreResult<String> {
        self.readers
            .read("read the store's identity", |connection| {
                note(connection, IDENTITY)?.ok_or_else(|| Fault::corrupt("its identity", "it is missing"))
            })
            .await
    }

    async fn copy_progress(&self) -> StoreResult<Option<String>> {
        self.readers
            .read("read how far a copy has come", |connection| {
                note(connection, PROGRESS)
            })
            .await
    }

    async fn set_copy_progress(&self, progress: Option<String>) -> StoreResult<()> {
        self.writer
            .write("note how far a copy has come", move |connection| {
                set_progress(connection, progress.as_deref())
            })
            .await
    }

    async fn read_entries(&self, after: Position, limit: usize) -> StoreResult<Vec<LogRecord>> {
        self.readers
            .read("read the log", move |connection| {
                entries(connection, after, limit)
            })
            .await
    }

    async fn write_entries(&self, entries: Vec<LogRecord>) -> StoreResult<()> {
        self.writer.put(entries).await
    }

    async fn read_rows(&self, table: &'static Table, after: Option<&str>) -> StoreResult<Rows> {
        let after: Option<Row> = after
            .map(serde_json::from_str)
            .transpose()
            .map_err(|error| StoreError::backend("read the place to go on from", error))?;
        self.readers
            .read("read records", move |connection| rows(connection, table, after))
            .await
    }

    async fn write_rows(&self, table: &'static Table, rows: Vec<Row>, progress: String) -> StoreResult<()> {
        self.writer
            .write("write records", move |connection| {
                put(connection, table, &rows)?;
                set_progress(connection, Some(&progress))
            })
            .await
    }

    async fn clear_rows(&self, table: &'static Table) -> StoreResult<()> {
        self.writer
            .write("clear records", move |connection| {
                connection.execute(&format!("DELETE FROM {}", table.name), [])?;
                match table.name {
                    "person" => connection.execute("DELETE FROM person_ifi", [])?,
                    "notice" => connection.execute("DELETE FROM notice_recipient", [])?,
                    _ => 0,
                };
                Ok(())
            })
            .await
    }

    async fn attachments_after(&self, after: Option<&Sha2>, limit: usize) -> StoreResult<Vec<(Sha2, u64)>> {
        let after = after.map_or_else(String::new, |after| after.0.clone());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers
            .read("list attachments", move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT sha2, length FROM attachment WHERE sha2 > ?1 ORDER BY sha2 LIMIT ?2",
                )?;
                let attachments = query
                    .query_map((after, limit), |row| {
                        Ok((
                            Sha2(row.get(0)?),
                            u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default(),
                        ))
                    })?
                    .collect::<Result<_, _>>()?;
                Ok(attachments)
            })
            .await
    }
}

fn note(connection: &Connection, name: &str) -> Result<Option<String>, Fault> {
    Ok(connection
        .prepare_cached("SELECT value FROM note WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

fn set_progress(connection: &Connection, progress: Option<&str>) -> Result<(), Fault> {
    match progress {
        Some(progress) => connection
            .prepare_cached("INSERT OR REPLACE INTO note (name, value) VALUES (?1, ?2)")?
            .execute((PROGRESS, progress))?,
        None => connection
            .prepare_cached("DELETE FROM note WHERE name = ?1")?
            .execute([PROGRESS])?,
    };
    Ok(())
}

fn entries(connection: &Connection, after: Position, limit: usize) -> Result<Vec<LogRecord>, Fault> {
    let mut query = connection.prepare_cached(
        "SELECT position, id, stored, voided, voiding, refers_to, fingerprint, keys, text FROM statement
         WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    let mut found = query.query((after.0, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut entries = Vec::new();
    let mut bytes = 0;
    while bytes < BYTES
        && let Some(row) = found.next()?
    {
        let entry = LogRecord {
            position: Position(row.get(0)?),
            id: row.get(1)?,
            stored: Timestamp::from_micros(row.get(2)?),
            voided: row.get(3)?,
            voiding: row.get(4)?,
            refers_to: row.get(5)?,
            fingerprint: Fingerprint::from_bytes(row.get(6)?),
            keys: keys(row.get_ref(7)?)?.map(IndexKey).collect(),
            text: row.get(8)?,
        };
        bytes += entry.text.len();
        entries.push(entry);
    }
    Ok(entries)
}

/// The names of the first so many columns.
fn names(table: &Table, columns: usize) -> String {
    let names: Vec<_> = table
        .columns
        .iter()
        .take(columns)
        .map(|column| column.name)
        .collect();
    names.join(", ")
}

fn marks(columns: usize) -> String {
    vec!["?"; columns].join(", ")
}

fn rows(connection: &Connection, table: &Table, after: Option<Row>) -> Result<Rows, Fault> {
    let (columns, key) = (names(table, table.columns.len()), names(table, table.key));
    let beyond = match &after {
        Some(_) => format!("WHERE ({key}) > ({})", marks(table.key)),
        None => String::new(),
    };
    let mut query = connection.prepare_cached(&format!(
        "SELECT {columns} FROM {} {beyond} ORDER BY {key} LIMIT {ROWS}",
        table.name
    ))?;
    let mut found = query.query(params_from_iter(after.iter().flatten().map(Given)))?;
    let mut rows = Vec::new();
    let mut bytes = 0;
    while bytes < BYTES
        && let Some(row) = found.next()?
    {
        let row = (0..table.columns.len())
            .map(|column| cell(table, row, column))
            .collect::<Result<Row, _>>()?;
        bytes += row.iter().map(Cell::size).sum::<usize>();
        rows.push(row);
    }
    let next = match rows.last() {
        Some(last) => serde_json::to_string(last.get(..table.key).unwrap_or_default())
            .map_err(|error| StoreError::backend("write the place to go on from", error))?,
        None => String::new(),
    };
    Ok(Rows { rows, next })
}

fn cell(table: &Table, row: &SqlRow<'_>, column: usize) -> Result<Cell, Fault> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Text(text) => Cell::Text(
            String::from_utf8(text.to_vec())
                .map_err(|error| Fault::corrupt(format!("a record of {:?}", table.name), error))?,
        ),
        ValueRef::Real(number) => {
            return Err(Fault::corrupt(
                format!("a record of {:?}", table.name),
                format!("a column holds {number}"),
            ));
        }
    })
}

/// A cell as a parameter.
struct Given<'c>(&'c Cell);

impl ToSql for Given<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

fn put(connection: &Connection, table: &Table, rows: &[Row]) -> Result<(), Fault> {
    let mut insert = connection.prepare_cached(&format!(
        "INSERT OR REPLACE INTO {} ({}) VALUES ({})",
        table.name,
        names(table, table.columns.len()),
        marks(table.columns.len())
    ))?;
    for row in rows {
        insert.execute(params_from_iter(row.iter().map(Given)))?;
    }
    for row in rows {
        match table.name {
            "person" => claim(connection, row)?,
            "act" | "person_version" => follow(connection, row)?,
            "notice" => tell(connection, row)?,
            _ => {}
        }
    }
    Ok(())
}

/// The identifiers of a person, for finding the person by them.
fn claim(connection: &Connection, person: &[Cell]) -> Result<(), Fault> {
    let [Cell::Text(id), Cell::Text(ifis), ..] = person else {
        return Err(Fault::corrupt("a person", "id and identifiers are no texts"));
    };
    let ifis: Vec<Ifi> =
        serde_json::from_str(ifis).map_err(|error| Fault::corrupt(format!("the person {id:?}"), error))?;
    let mut insert =
        connection.prepare_cached("INSERT OR REPLACE INTO person_ifi (ifi, person) VALUES (?1, ?2)")?;
    for ifi in &ifis {
        insert.execute((ifi.key(), id))?;
    }
    Ok(())
}

/// Lets the next change come after an act, or after a version of a person.
fn follow(connection: &Connection, known: &[Cell]) -> Result<(), Fault> {
    let [_, Cell::Integer(at), ..] = known else {
        return Err(Fault::corrupt(
            "an act or a version of a person",
            "its moment is no number",
        ));
    };
    connection
        .prepare_cached(
            "UPDATE change SET at = max(at, ?1) WHERE position = (SELECT max(position) FROM change)",
        )?
        .execute([at])?;
    Ok(())
}

/// The recipients of a notice, for finding it by them.
fn tell(connection: &Connection, notice: &[Cell]) -> Result<(), Fault> {
    let wrong = || {
        Fault::corrupt(
            "a notice",
            "its place or its recipients are not what they must be",
        )
    };
    let (Some(Cell::Integer(generation)), Some(Cell::Integer(ordinal)), Some(Cell::Text(recipients))) =
        (notice.get(1), notice.get(2), notice.get(9))
    else {
        return Err(wrong());
    };
    let recipients: Vec<String> = serde_json::from_str(recipients).map_err(|_| wrong())?;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO notice_recipient (recipient, generation, ordinal) VALUES (?1, ?2, ?3)",
    )?;
    for recipient in &recipients {
        insert.execute((recipient, generation, ordinal))?;
    }
    Ok(())
}
