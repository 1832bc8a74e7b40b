//! The driver of MongoDB, with nothing around it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mongodb::bson::{RawDocumentBuf, doc, oid::ObjectId, rawdoc};
use mongodb::options::{Acknowledgment, CollectionOptions, WriteConcern};
use mongodb::{Client, Collection, IndexModel};
use tokio::runtime::Runtime;

/// So many documents are written again and again.
const SAMPLE: i64 = 5_000;

/// Removes a database.
pub(crate) fn drop_database(uri: &str, database: &str) -> Result<()> {
    Runtime::new()?.block_on(async {
        let client = Client::with_uri_str(uri).await?;
        client
            .database(database)
            .drop()
            .await
            .with_context(|| format!("drop the database {database}"))
    })
}

/// `insert_many` of the documents that the server wrote last, under other ids, into a collection with one index on
/// their keys, on a majority and in its journal: so many at once from each connection. Answers how many a second.
pub(super) fn insert(
    uri: &str,
    database: &str,
    connections: usize,
    size: usize,
    time: Duration,
) -> Result<f64> {
    Runtime::new()?.block_on(async {
        let client = Client::with_uri_str(uri).await?;
        let database = client.database(database);
        let kept: Collection<RawDocumentBuf> = database.collection("statements");
        let mut found = kept.find(doc! {}).sort(doc! { "n": -1 }).limit(SAMPLE).await?;
        let mut sample = Vec::new();
        while found.advance().await? {
            sample.push(found.current().to_owned());
        }
        ensure!(!sample.is_empty(), "the server has written no statements");
        let majority = WriteConcern::builder()
            .w(Acknowledgment::Majority)
            .journal(true)
            .build();
        let options = CollectionOptions::builder().write_concern(majority).build();
        let into: Collection<RawDocumentBuf> = database.collection_with_options("raw", options);
        into.drop().await?;
        into.create_index(IndexModel::builder().keys(doc! { "k": 1, "n": 1 }).build())
            .await?;

        let sample = std::sync::Arc::new(sample);
        let began = Instant::now();
        let tasks: Vec<_> = (0..connections)
            .map(|number| {
                let (into, sample) = (into.clone(), std::sync::Arc::clone(&sample));
                tokio::spawn(async move {
                    let (mut inserted, mut at) = (0_usize, number * sample.len() / connections);
                    while began.elapsed() < time {
                        let documents = (0..size).map(|more| again(&sample[(at + more) % sample.len()]));
                        let documents = documents.collect::<Result<Vec<_>>>()?;
                        into.insert_many(documents).ordered(false).await?;
                        at += size;
                        inserted += size;
                    }
                    Ok::<_, anyhow::Error>(inserted)
                })
            })
            .collect();
        let mut inserted = 0;
        for task in tasks {
            inserted += task.await??;
        }
        let per_second = inserted as f64 / began.elapsed().as_secs_f64();
        into.drop().await?;
        Ok(per_second)
    })
}

/// The same document under an id that nobody has.
fn again(document: &RawDocumentBuf) -> Result<RawDocumentBuf> {
    let mut again = rawdoc! { "_id": ObjectId::new() };
    for element in document.iter() {
        let (field, value) = element?;
        if field.as_str() != "_id" {
            again.append(field, value);
        }
    }
    Ok(again)
}
