//! Serves xAPI alone: `serve FOLDER|MONGODB-URI PORT KEY SECRET`. For running conformance suites by hand.

use std::io;
use std::sync::Arc;

use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use lrs::{Lrs, LrsOptions};
use store::{KeyRecord, Keys, Scope, Scopes, Secret, Store, StoreError};

#[actix_web::main]
async fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or_else(|| io::Error::other("serve FOLDER|MONGODB-URI PORT KEY SECRET"))
    };
    let (place, port, key, secret) = (next()?, next()?, next()?, next()?);
    let store: Arc<dyn Store> = if place.starts_with("mongodb") {
        Arc::new(
            store_mongodb::MongoStore::connect(&place, store_mongodb::MongoOptions::default())
                .await
                .map_err(io::Error::other)?,
        )
    } else {
        Arc::new(
            store_sqlite::SqliteStore::open(place.as_ref(), store_sqlite::SqliteOptions::default())
                .map_err(io::Error::other)?,
        )
    };
    let record = KeyRecord {
        id: key,
        name: "conformance".to_owned(),
        secret: Secret::new(secret).hash(),
        scopes: Scopes(vec![Scope::All]),
        created_at: ::web::now(),
        revoked_at: None,
    };
    match store.create_key(record).await {
        Ok(()) | Err(StoreError::Exists { .. }) => {}
        Err(error) => return Err(io::Error::other(error)),
    }
    let gate = Data::new(::web::Gate::new(Arc::clone(&store) as Arc<dyn Keys>));
    let lrs = Lrs::new(store, LrsOptions::default());
    let port: u16 = port.parse().map_err(io::Error::other)?;
    HttpServer::new(move || {
        let lrs = lrs.clone();
        App::new()
            .app_data(gate.clone())
            .service(web::scope("/xapi").configure(move |config| lrs.configure(config)))
    })
    .workers(2)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}
