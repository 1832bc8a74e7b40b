//! The indexes of the collections: which there are, and whether those that are there are these.

use futures_util::TryStreamExt;
use mongodb::bson::{Bson, Document};
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};
use store::{StoreError, StoreResult};

use super::{
    ACTS, BY_KEY, BY_POSITION, BY_STORED, BY_TARGET, CERTIFICATES, CURRICULA, DOCUMENTS, EVIDENCE, LEDGER,
    NOTICES, OUTBOX, PEOPLE, PEOPLE_VERSIONS, STANDINGS, STATEMENTS, UPLOADS,
};
use crate::error::doing;

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Unique,
    /// Holds only documents that have the first field: for fields that few have.
    Sparse,
    UniqueSparse,
}

impl Kind {
    const fn is_unique(self) -> bool {
        matches!(self, Self::Unique | Self::UniqueSparse)
    }

    const fn is_sparse(self) -> bool {
        matches!(self, Self::Sparse | Self::UniqueSparse)
    }
}

pub(super) struct Index {
    pub(super) collection: &'static str,
    name: &'static str,
    fields: &'static [&'static str],
    kind: Kind,
}

const fn index(
    collection: &'static str,
    name: &'static str,
    fields: &'static [&'static str],
    kind: Kind,
) -> Index {
    Index {
        collection,
        name,
        fields,
        kind,
    }
}

pub(super) const INDEXES: &[Index] = &[
    index(STATEMENTS, BY_POSITION, &["n"], Kind::Unique),
    index(STATEMENTS, BY_KEY, &["k", "n"], Kind::Plain),
    index(STATEMENTS, BY_STORED, &["g", "n"], Kind::Sparse),
    index(STATEMENTS, BY_TARGET, &["r"], Kind::Sparse),
    index(DOCUMENTS, "c_r_i_u", &["c", "r", "i", "u"], Kind::Plain),
    index(UPLOADS, "at", &["at"], Kind::Plain),
    index(PEOPLE, "k", &["k"], Kind::UniqueSparse),
    index(PEOPLE, "m", &["m"], Kind::Sparse),
    index(PEOPLE_VERSIONS, "p_t", &["p", "t"], Kind::Unique),
    index(PEOPLE_VERSIONS, "m", &["m"], Kind::Sparse),
    index(CURRICULA, "c_r", &["c", "r"], Kind::Unique),
    index(ACTS, "at", &["at"], Kind::Unique),
    index(ACTS, "s_at", &["s", "at"], Kind::Plain),
    index(ACTS, "c_at", &["c", "at"], Kind::Plain),
    index(ACTS, "k_at", &["k", "at"], Kind::Plain),
    index(ACTS, "u", &["u"], Kind::UniqueSparse),
    index(EVIDENCE, "p_n", &["p", "n"], Kind::Plain),
    index(EVIDENCE, "s", &["s"], Kind::Plain),
    index(STANDINGS, "p_c", &["p", "c"], Kind::Unique),
    index(STANDINGS, "c_p", &["c", "p"], Kind::Plain),
    index(STANDINGS, "c_st_p", &["c", "st", "p"], Kind::Plain),
    index(STANDINGS, "st_p_c", &["st", "p", "c"], Kind::Plain),
    index(STANDINGS, "at", &["at"], Kind::Sparse),
    index(CERTIFICATES, "p_c_no", &["p", "c", "no"], Kind::Unique),
    index(CERTIFICATES, "c_p_no", &["c", "p", "no"], Kind::Plain),
    index(CERTIFICATES, "c_st_p_no", &["c", "st", "p", "no"], Kind::Plain),
    index(CERTIFICATES, "st_p_c_no", &["st", "p", "c", "no"], Kind::Plain),
    index(LEDGER, "c_g_o", &["c", "g", "o"], Kind::Plain),
    index(OUTBOX, "at_g_o", &["at", "g", "o"], Kind::Plain),
    index(NOTICES, "g_o", &["g", "o"], Kind::Plain),
    index(NOTICES, "p_g_o", &["p", "g", "o"], Kind::Plain),
    index(NOTICES, "c_g_o", &["c", "g", "o"], Kind::Plain),
    index(NOTICES, "to_g_o", &["to", "g", "o"], Kind::Plain),
];

impl Index {
    fn keys(&self) -> Document {
        self.fields
            .iter()
            .map(|field| ((*field).to_owned(), Bson::Int32(1)))
            .collect()
    }

    pub(super) fn model(&self) -> IndexModel {
        let options = IndexOptions::builder()
            .name(self.name.to_owned())
            .unique(self.kind.is_unique().then_some(true))
            .sparse(self.kind.is_sparse().then_some(true))
            .build();
        IndexModel::builder().keys(self.keys()).options(options).build()
    }

    /// What of `found` is not as it must be.
    fn differs(&self, found: &IndexModel) -> bool {
        let options = found.options.clone().unwrap_or_default();
        let same_fields = found
            .keys
            .keys()
            .map(String::as_str)
            .eq(self.fields.iter().copied());
        !same_fields
            || (options.unique == Some(true)) != self.kind.is_unique()
            || (options.sparse == Some(true)) != self.kind.is_sparse()
            || options.partial_filter_expression.is_some()
    }
}

/// Checks the indexes that are there by name and creates the others.
pub(super) async fn check_indexes(database: &Database, name: &str, wanted: &[&Index]) -> StoreResult<()> {
    let collection = database.collection::<Document>(name);
    let found: Vec<IndexModel> = collection
        .list_indexes()
        .await
        .map_err(doing("list the indexes"))?
        .try_collect()
        .await
        .map_err(doing("list the indexes"))?;
    let named = |index: &Index| {
        found.iter().find(|model| {
            model.options.as_ref().and_then(|options| options.name.as_deref()) == Some(index.name)
        })
    };
    for index in wanted {
        if named(index).is_some_and(|model| index.differs(model)) {
            return Err(StoreError::Unavailable(format!(
                "the index {:?} of the MongoDB collection {:?} is not the one this program makes; drop it and start \
                 again",
                index.name,
                format!("{}.{name}", database.name()),
            )));
        }
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|index| named(index).is_none())
        .map(|index| index.model())
        .collect();
    if !missing.is_empty() {
        collection
            .create_indexes(missing)
            .await
            .map_err(doing("create indexes"))?;
    }
    Ok(())
}
