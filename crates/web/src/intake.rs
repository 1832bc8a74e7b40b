//! How much a server takes on at once, and how long it waits for a client: what is beyond is told to come back,
//! before memory grows.

mod pace;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, ResponseError as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Problem;
use crate::problem::retry_later;
use pace::Paced;

/// What a server takes on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntakeLimits {
    /// Requests that are worked on at once, those whose body is still coming included.
    pub requests: usize,
    /// Bytes of bodies that are held in memory at once, over all requests.
    pub buffered_bytes: usize,
    /// A client whose body brings fewer than 1,024 bytes for each second of this, while it is waited for that long,
    /// is cut off.
    pub stall: Duration,
}

impl Default for IntakeLimits {
    fn default() -> Self {
        Self {
            requests: 1_024,
            buffered_bytes: 256 * 1024 * 1024,
            stall: Duration::from_secs(30),
        }
    }
}

/// What is left of the limits. Put it into the application's data, and [`admit`] around what it is to guard.
#[derive(Debug)]
pub struct Intake {
    requests: Arc<Semaphore>,
    kib: Arc<Semaphore>,
    stall: Duration,
}

const KIB: usize = 1_024;

impl Intake {
    /// Everything is left yet.
    #[must_use]
    pub fn new(limits: IntakeLimits) -> Self {
        let bounded = |number: usize| Arc::new(Semaphore::new(number.clamp(1, Semaphore::MAX_PERMITS)));
        Self {
            requests: bounded(limits.requests),
            kib: bounded(limits.buffered_bytes.div_ceil(KIB)),
            stall: limits.stall,
        }
    }
}

tokio::task_local! {
    static SHARE: RefCell<Share>;
}

/// What one request holds of the bytes for all.
struct Share {
    of: Arc<Semaphore>,
    bytes: usize,
    held: Vec<OwnedSemaphorePermit>,
    held_kib: usize,
}

/// Asks for room for so many more bytes of a request's body, before they are held. What a request got, it gives back
/// when it is answered. Outside of [`admit`] there is always room.
///
/// # Errors
/// 503 when there is none.
pub fn reserve(bytes: usize) -> Result<(), Problem> {
    let got = SHARE.try_with(|share| {
        let share = &mut *share.borrow_mut();
        share.bytes = share.bytes.saturating_add(bytes);
        let more = share.bytes.div_ceil(KIB).saturating_sub(share.held_kib);
        if more == 0 {
            return true;
        }
        let asked = u32::try_from(more).unwrap_or(u32::MAX);
        match Arc::clone(&share.of).try_acquire_many_owned(asked) {
            Ok(room) => {
                share.held.push(room);
                share.held_kib += more;
                true
            }
            Err(_) => false,
        }
    });
    if got.unwrap_or(true) {
        return Ok(());
    }
    Err(retry_later(
        "busy",
        "the server holds as many request bodies as it may; send this again in a moment".to_owned(),
    ))
}

/// Middleware (for `actix_web::middleware::from_fn`): takes a request on if there is room, and watches that its body
/// does not come too slowly. Without an [`Intake`] in the application's data it does nothing.
///
/// # Errors
/// Those of the services below it.
pub async fn admit(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, actix_web::Error> {
    let Some(intake) = request.app_data::<Data<Intake>>().cloned() else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let Ok(_place) = Arc::clone(&intake.requests).try_acquire_owned() else {
        let problem = retry_later(
            "busy",
            "the server works on as many requests as it may; send this again in a moment".to_owned(),
        );
        let (request, _) = request.into_parts();
        return Ok(ServiceResponse::new(request, problem.error_response()).map_into_right_body());
    };
    let body = request.take_payload();
    request.set_payload(match body {
        Payload::None => Payload::None,
        body => Payload::Stream {
            payload: Box::pin(Paced::new(body, intake.stall)),
        },
    });
    let share = RefCell::new(Share {
        of: Arc::clone(&intake.kib),
        bytes: 0,
        held: Vec::new(),
        held_kib: 0,
    });
    let response = SHARE.scope(share, next.call(request)).await?;
    Ok(response.map_into_left_body())
}

#[cfg(test)]
mod tests;
