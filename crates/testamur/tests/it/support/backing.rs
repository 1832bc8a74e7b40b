use mongodb::Client;
use tempfile::TempDir;

/// A store for one test, gone when it is dropped.
pub(crate) enum Backing {
    /// A folder of its own.
    Folder(TempDir),
    /// A database of its own on the replica set of `TESTAMUR_TEST_MONGODB`.
    MongoDb(Database),
}

/// A database that is dropped with this value.
pub(crate) struct Database {
    uri: String,
    name: String,
}

impl Backing {
    pub(crate) fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn mongodb() -> Self {
        let uri = std::env::var("TESTAMUR_TEST_MONGODB").unwrap_or_else(|_| {
            panic!(
                "TESTAMUR_TEST_MONGODB is not set: it must be the URI of a MongoDB replica set, \
                 as mongodb://127.0.0.1:27017/?replicaSet=rs0; `cargo xtask test` starts one and sets it"
            )
        });
        Self::MongoDb(Database {
            uri,
            name: format!("testamur-it-{}", uuid::Uuid::new_v4().simple()),
        })
    }

    /// Another store of the same kind.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::Folder(_) => Self::folder(),
            Self::MongoDb(_) => Self::mongodb(),
        }
    }

    /// The flags that name this store.
    pub(crate) fn flags(&self) -> Vec<String> {
        match self {
            Self::Folder(folder) => vec![
                "--data".to_owned(),
                folder.path().join("data").display().to_string(),
            ],
            Self::MongoDb(database) => vec!["--mongodb".to_owned(), database.uri_with_name()],
        }
    }
}

impl Database {
    /// The URI with the database in its path: `mongodb://host/NAME?options`.
    fn uri_with_name(&self) -> String {
        let (before, options) = self.uri.split_once('?').unwrap_or((&self.uri, ""));
        format!("{}/{}?{options}", before.trim_end_matches('/'), self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (uri, name) = (self.uri.clone(), self.name.clone());
        // Beside the runtime of the test, which may be ending.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let client = Client::with_uri_str(&uri).await.unwrap();
                client.database(&name).drop().await.unwrap();
            });
        });
        if dropped.join().is_err() && !std::thread::panicking() {
            panic!("the test's database was not dropped");
        }
    }
}
