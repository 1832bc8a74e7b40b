//! One running server: the APIs of the floor below, mounted, with health beside them and the engine behind.

mod engine;
mod fallback;
mod health;
mod open_files;
mod socket;
mod stalled;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::web::{Gate, Intake};
use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use certification::{CertificationApi, PublicUrl};
use lrs::{Lrs, LrsOptions};
use store::Store;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::failure::{Failure, Outcome};
use engine::EngineTask;
use health::Health;
pub(crate) use socket::Socket;

/// How long a client may be silent between two requests on one connection.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to send the head of a request.
const REQUEST_HEAD: Duration = Duration::from_secs(15);
/// How long a client may take to see that its connection was closed.
const DISCONNECT: Duration = Duration::from_secs(5);

/// A server that answers requests until it is stopped.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    engine: Option<Arc<EngineTask>>,
    api: CertificationApi,
    store: Arc<dyn Store>,
}

impl Server {
    /// Starts answering requests on `socket`, and with the engine if the settings want it here.
    ///
    /// # Errors
    /// When the address was taken in the meantime, or the settings do not fit each other.
    pub(crate) fn start(socket: Socket, store: Arc<dyn Store>, settings: &Settings) -> Outcome<Self> {
        let address = socket.address()?;
        let public_url = settings.url_at(address);
        let lrs = Lrs::new(
            Arc::clone(&store),
            LrsOptions {
                max_body_bytes: settings.max_body_bytes,
                authority_home_page: public_url.clone(),
                ..LrsOptions::default()
            },
        );
        let url = PublicUrl::parse(&public_url).map_err(|error| Failure::new(error.to_string()))?;
        let api = CertificationApi::new(Arc::clone(&store), url).with_body_limit(settings.max_body_bytes);
        let gate = Data::new(Gate::new(Arc::clone(&store) as _).with_rate(settings.requests_per_second));
        let intake = Data::new(Intake::new(settings.intake));
        let stall = settings.intake.stall;
        let engine = settings
            .engine
            .then(|| EngineTask::start(Arc::clone(&store), &public_url).map(Arc::new))
            .transpose()?;
        let health = Data::new(Health {
            store: Arc::clone(&store),
            engine: engine.clone(),
        });

        let connections = open_files::for_connections(settings.max_connections);
        let served = api.clone();
        let server = HttpServer::new(move || {
            let (lrs, api) = (lrs.clone(), served.clone());
            App::new()
                .app_data(gate.clone())
                .app_data(intake.clone())
                .app_data(health.clone())
                // The last one wrapped is the outermost: it makes the id that every answer below it carries.
                .wrap(from_fn(fallback::refusals_as_problems))
                .wrap(from_fn(::web::request_id))
                .configure(health::configure)
                .service(web::scope("/xapi").configure(move |config| lrs.configure(config)))
                .service(
                    web::scope("/api/v1")
                        .wrap(from_fn(::web::admit))
                        .configure(move |config| api.configure(config)),
                )
                .default_service(web::to(fallback::nothing_here))
        })
        .workers(settings.workers)
        .max_connections(connections.div_ceil(settings.workers))
        .on_connect(move |connection, _| stalled::cut_off_after(connection, stall))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(REQUEST_HEAD)
        .client_disconnect_timeout(DISCONNECT)
        .shutdown_timeout(settings.shutdown_seconds)
        .disable_signals()
        .listen(socket.listen()?)
        .map_err(|error| Failure::new(format!("{address} can not be listened on: {error}")))?
        .run();
        let handle = server.handle();
        tracing::info!(%address, %public_url, engine = settings.engine, "listening");
        Ok(Self {
            address,
            handle,
            serving: tokio::spawn(server),
            engine,
            api,
            store,
        })
    }

    /// Takes no new requests, lets those in flight finish, stops the engine and closes the store.
    ///
    /// # Errors
    /// When the store can not be closed in good order.
    pub(crate) async fn stop(self) -> Outcome {
        tracing::info!("stopping: requests in flight are finished, new ones refused");
        // An event stream is a request in flight that would not finish by itself.
        self.api.end_streams();
        self.handle.stop(true).await;
        match self.serving.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the HTTP server ended with an error"),
            Err(error) => tracing::error!(%error, "the HTTP server broke down"),
        }
        if let Some(engine) = self.engine {
            engine.stop().await;
        }
        self.store.close().await?;
        tracing::info!("stopped");
        Ok(())
    }
}
