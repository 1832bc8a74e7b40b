use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use actix_web::web::{Data, Payload, get, post};
use actix_web::{App, HttpRequest, HttpResponse, middleware};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use store::{KeyRecord, Keys, Scope, Scopes, Secret, StoreResult};
use xapi::Timestamp;

use crate::{Caller, Cursor, Gate, Intake, IntakeLimits, Problem, admit, read_body, request_id};

/// Keys in memory: what a gate needs of a store.
struct Ring(Mutex<Vec<KeyRecord>>);

#[async_trait]
impl Keys for Ring {
    async fn create_key(&self, key: KeyRecord) -> StoreResult<()> {
        self.0.lock().unwrap().push(key);
        Ok(())
    }
    async fn key(&self, id: &str) -> StoreResult<Option<KeyRecord>> {
        Ok(self.0.lock().unwrap().iter().find(|key| key.id == id).cloned())
    }
    async fn keys(&self) -> StoreResult<Vec<KeyRecord>> {
        Ok(self.0.lock().unwrap().clone())
    }
    async fn revoke_key(&self, id: &str, at: Timestamp) -> StoreResult<bool> {
        let mut keys = self.0.lock().unwrap();
        let found = keys.iter_mut().find(|key| key.id == id);
        Ok(found.map(|key| key.revoked_at = Some(at)).is_some())
    }
}

fn ring(scopes: &[Scope], revoked: bool) -> Arc<Ring> {
    let at = Timestamp::from_micros(0);
    Arc::new(Ring(Mutex::new(vec![KeyRecord {
        id: "lms".into(),
        name: "the LMS".into(),
        secret: Secret::new("a secret").hash(),
        scopes: Scopes(scopes.to_vec()),
        created_at: at,
        revoked_at: revoked.then_some(at),
    }])))
}

async fn reads_statements(caller: Caller) -> Result<HttpResponse, Problem> {
    caller.require(Scope::StatementsRead)?;
    Ok(HttpResponse::Ok().body(caller.name))
}

async fn takes_ten_bytes(request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let body = read_body(request.headers(), payload.into_inner(), 10).await?;
    Ok(HttpResponse::Ok().body(body))
}

macro_rules! app {
    ($ring:expr) => {
        init_service(
            App::new()
                .app_data(Data::new(Gate::new($ring)))
                .wrap(middleware::from_fn(request_id))
                .route("/read", get().to(reads_statements))
                .route("/ten", post().to(takes_ten_bytes)),
        )
        .await
    };
}

fn basic(user_and_password: &str) -> (&'static str, String) {
    (
        "Authorization",
        format!("Basic {}", STANDARD.encode(user_and_password)),
    )
}

#[actix_web::test]
async fn only_a_key_with_its_secret_and_scope_passes_the_gate() {
    let all = &[Scope::All][..];
    let cases: [(&[Scope], bool, Option<String>, u16); 11] = [
        (all, false, Some(basic("lms:a secret").1), 200),
        (
            &[Scope::StatementsRead],
            false,
            Some(basic("lms:a secret").1),
            200,
        ),
        (&[Scope::AllRead], false, Some(basic("lms:a secret").1), 200),
        (
            &[Scope::StatementsReadMine],
            false,
            Some(basic("lms:a secret").1),
            403,
        ),
        (&[Scope::Admin], false, Some(basic("lms:a secret").1), 403),
        (all, true, Some(basic("lms:a secret").1), 401),
        (all, false, Some(basic("lms:another").1), 401),
        (all, false, Some(basic("nobody:a secret").1), 401),
        (
            all,
            false,
            Some(format!("Bearer {}", STANDARD.encode("lms:a secret"))),
            401,
        ),
        (all, false, Some("Basic !!".into()), 401),
        (all, false, None, 401),
    ];
    for (scopes, revoked, authorization, expected) in cases {
        let app = app!(ring(scopes, revoked));
        let mut request = TestRequest::get().uri("/read");
        if let Some(value) = &authorization {
            request = request.insert_header(("Authorization", value.as_str()));
        }
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(
            response.status().as_u16(),
            expected,
            "{scopes:?} {revoked} {authorization:?}"
        );
        if expected == 401 {
            assert!(response.headers().contains_key("WWW-Authenticate"));
        }
    }
}

#[actix_web::test]
async fn a_revocation_is_felt_once_the_key_is_forgotten() {
    let ring = ring(&[Scope::All], false);
    let gate = Gate::new(ring.clone());
    let header = basic("lms:a secret").1.parse().unwrap();
    assert!(gate.authenticate(Some(&header)).await.is_ok());
    ring.revoke_key("lms", Timestamp::from_micros(1)).await.unwrap();
    gate.forget("lms");
    assert_eq!(
        gate.authenticate(Some(&header)).await.unwrap_err().status(),
        StatusCode::UNAUTHORIZED
    );
}

#[actix_web::test]
async fn a_problem_carries_the_request_id_of_its_answer() {
    let app = app!(ring(&[], false));
    let with_id = |id: &str| {
        TestRequest::get()
            .uri("/read")
            .insert_header(("X-Request-Id", id))
            .to_request()
    };
    for (sent, kept) in [
        ("order-66.a_b", true),
        ("with space", false),
        (&*"x".repeat(129), false),
    ] {
        let response = call_service(&app, with_id(sent)).await;
        let header = response
            .headers()
            .get("x-request-id")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let body: Value = read_body_json(response).await;
        assert_eq!(header == sent, kept, "{sent}");
        assert_eq!(body["request_id"], header.as_str());
        assert_eq!(body["code"], "unauthorized");
        assert_eq!(body["status"], 401);
    }
}

#[actix_web::test]
async fn a_body_is_read_up_to_its_limit_whatever_it_claims() {
    let app = app!(ring(&[], false));
    // Deflated to less than ten bytes, but not when read.
    let gzip_of_100_a = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 75, 76, 164, 61, 0, 0, 100, 122, 112, 175, 100, 0, 0, 0,
    ];
    let plain = |body: &'static [u8]| TestRequest::post().uri("/ten").set_payload(body).to_request();
    assert_eq!(call_service(&app, plain(b"0123456789")).await.status(), 200);
    assert_eq!(call_service(&app, plain(b"0123456789a")).await.status(), 413);
    let zipped = TestRequest::post()
        .uri("/ten")
        .insert_header(("Content-Encoding", "gzip"))
        .set_payload(gzip_of_100_a.to_vec())
        .to_request();
    assert_eq!(call_service(&app, zipped).await.status(), 413);
    let broken = TestRequest::post()
        .uri("/ten")
        .insert_header(("Content-Encoding", "gzip"))
        .set_payload("no gzip")
        .to_request();
    assert_eq!(call_service(&app, broken).await.status(), 400);
}

#[test]
fn a_cursor_comes_back_as_it_went_out_and_nothing_else_is_taken() {
    let place = ("ann".to_owned(), 3_i64);
    let word = Cursor::encode(&place).unwrap();
    assert_eq!(Cursor::decode::<(String, i64)>(&word).unwrap(), place);
    for bad in ["", "%%%", "bm8", &"A".repeat(10_000)] {
        assert_eq!(
            Cursor::decode::<(String, i64)>(bad).unwrap_err().status(),
            StatusCode::BAD_REQUEST
        );
    }
}

/// The middle of a request, until it is told to go on.
async fn waits(gate: Data<tokio::sync::Semaphore>) -> HttpResponse {
    let _let_go = gate.acquire().await;
    HttpResponse::Ok().finish()
}

#[actix_web::test]
async fn more_requests_than_there_is_room_for_are_told_to_come_back() {
    let go = Data::new(tokio::sync::Semaphore::new(0));
    let limits = IntakeLimits {
        requests: 2,
        ..IntakeLimits::default()
    };
    let app = App::new()
        .app_data(go.clone())
        .app_data(Data::new(Intake::new(limits)))
        .wrap(middleware::from_fn(admit))
        .route("/", get().to(waits));
    let app = init_service(app).await;
    let ask = || call_service(&app, TestRequest::get().uri("/").to_request());
    let (first, second) = (ask(), ask());
    let third = async {
        // The two before it have been polled, and wait.
        let refused = ask().await;
        go.add_permits(1);
        refused
    };
    let (first, second, third) = futures_util::join!(first, second, third);
    assert_eq!(
        (first.status(), second.status()),
        (StatusCode::OK, StatusCode::OK)
    );
    assert_eq!(third.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(third.headers().get("retry-after").unwrap(), "1");
    let body: Value = read_body_json(third).await;
    assert_eq!(body["code"], "busy");
    assert_eq!(
        ask().await.status(),
        StatusCode::OK,
        "their places were given back"
    );
}

#[actix_web::test]
async fn bodies_have_room_for_all_of_them_together() {
    let limits = IntakeLimits {
        buffered_bytes: 1_024,
        ..IntakeLimits::default()
    };
    let app = App::new()
        .app_data(Data::new(Intake::new(limits)))
        .wrap(middleware::from_fn(admit))
        .route("/", post().to(takes_two_kib));
    let app = init_service(app).await;
    let send = |length: usize| {
        let request = TestRequest::post().uri("/").set_payload(vec![b'x'; length]);
        call_service(&app, request.to_request())
    };
    for _ in 0..3 {
        assert_eq!(send(1_000).await.status(), StatusCode::OK);
    }
    let refused = send(1_025).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(send(1_000).await.status(), StatusCode::OK);
}

async fn takes_two_kib(request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let body = read_body(request.headers(), payload.into_inner(), 2_048).await?;
    Ok(HttpResponse::Ok().body(body))
}

#[actix_web::test]
async fn a_key_that_comes_too_often_is_told_when_to_come_back() {
    let header = |secret: &str| {
        let word = STANDARD.encode(format!("lms:{secret}"));
        actix_web::http::header::HeaderValue::from_str(&format!("Basic {word}")).unwrap()
    };
    let gate = Gate::new(ring(&[Scope::StatementsRead], false) as Arc<dyn Keys>)
        .with_rate(std::num::NonZeroU32::new(2));
    let mut refused = None;
    // Two at once; were this to take so long that a third is due, it would be let in, and the next is not.
    for _ in 0..100 {
        // A wrong secret uses nothing up.
        let wrong = gate.authenticate(Some(&header("another"))).await.unwrap_err();
        assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
        match gate.authenticate(Some(&header("a secret"))).await {
            Ok(caller) => assert_eq!(caller.key, "lms"),
            Err(problem) => {
                refused = Some(problem);
                break;
            }
        }
    }
    let refused = refused.expect("a hundred at once are too many");
    assert_eq!(
        (refused.status().as_u16(), refused.code()),
        (429, "too-many-requests")
    );
    let answer = actix_web::ResponseError::error_response(&refused);
    assert_eq!(answer.headers().get("retry-after").unwrap(), "1");
}
