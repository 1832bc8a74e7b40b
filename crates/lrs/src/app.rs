use std::sync::Arc;

use ::web::Caller;
use actix_web::dev::Payload;
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::web::{self as routes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use store::Store;
use xapi::{Ifi, Version};

use crate::call::X_EXPERIENCE_API_VERSION;
use crate::entry::{self, Resource};
use crate::version::Spoken;
use crate::{LrsOptions, authority, cors, encoding, version};

/// The xAPI of one store.
#[derive(Clone)]
pub struct Lrs {
    core: Arc<Core>,
}

/// What every handler works with.
pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: LrsOptions,
    pub(crate) spoken: Spoken,
}

/// Who asks, and in which version.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub(crate) core: &'a Core,
    pub(crate) caller: &'a Caller,
    pub(crate) version: Version,
}

impl Visit<'_> {
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.core.store
    }

    /// The agent that stands for the caller in `authority`.
    pub(crate) fn authority(&self) -> xapi::Agent {
        authority(&self.core.options.authority_home_page, &self.caller.key)
    }

    pub(crate) fn authority_ifi(&self) -> Ifi {
        self.authority().ifi
    }
}

impl Lrs {
    /// The xAPI of `store`. Callers are checked by the [`web::Gate`](::web::Gate) in the application's data.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, options: LrsOptions) -> Self {
        Self {
            core: Arc::new(Core {
                store,
                options,
                spoken: Spoken::default(),
            }),
        }
    }

    /// Adds the resources, relative to where they are mounted, to an application or scope of its own: every path
    /// below that is answered here, as much at once as the [`web::Intake`](::web::Intake) in the application's data
    /// allows, if there is one.
    pub fn configure(&self, config: &mut ServiceConfig) {
        let mut scope = routes::scope("");
        for (path, resource) in Resource::PATHS {
            scope = scope.service(routes::resource(path).to(self.handler(resource)));
        }
        config.service(
            scope
                .default_service(routes::to(self.handler(Resource::Unknown)))
                .wrap(Compress::default())
                .wrap(from_fn(encoding::settle))
                .wrap(from_fn(::web::admit))
                // On every answer, those of the middleware before it too: the version (1.0.3, Communication 3.3), and
                // what lets pages of other origins read it.
                .wrap(DefaultHeaders::new().add((X_EXPERIENCE_API_VERSION, version::LATEST.as_str())))
                .wrap(from_fn(cors::open)),
        );
    }

    fn handler(
        &self,
        resource: Resource,
    ) -> impl Fn(HttpRequest, routes::Payload) -> std::pin::Pin<Box<dyn Future<Output = HttpResponse>>>
    + Clone
    + 'static {
        let core = Arc::clone(&self.core);
        move |request, payload| {
            let core = Arc::clone(&core);
            let payload: Payload = payload.into_inner();
            Box::pin(async move { entry::answer(&core, resource, request, payload).await })
        }
    }
}
