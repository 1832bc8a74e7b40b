use serde_json::json;

use super::resource::{Context, Resource};
use crate::lrs::{Call, Lrs};
use crate::requirement::{Case, Check, Requirement, at};

const METHODS: [&str; 4] = ["GET", "PUT", "POST", "DELETE"];

fn call(method: &str, place: &Context, lrs: &Lrs) -> Call {
    match method {
        "PUT" => place
            .put(lrs)
            .header("if-none-match", "*")
            .json(&json!({ "a": 1 })),
        "POST" => place.post(lrs).json(&json!({ "a": 1 })),
        "DELETE" => place.delete(lrs),
        _ => place.get(lrs),
    }
}

async fn refused(lrs: &Lrs, method: &str, place: Context) -> Check {
    call(method, &place, lrs).send().await?.status(400).map(drop)
}

/// For each method, a case that sends a place changed in one way.
fn each_method(
    name: &str,
    change: impl Fn(Context) -> Context + Copy + Send + Sync + 'static,
    resource: Resource,
) -> Vec<Case> {
    METHODS
        .into_iter()
        .map(|method| {
            Case::new(format!("{method} {name}"), move |lrs| async move {
                refused(&lrs, method, change(resource.place())).await
            })
        })
        .collect()
}

pub(super) fn all(resource: Resource) -> Vec<Requirement> {
    let area = resource.area();
    let with_agent = matches!(resource, Resource::State | Resource::AgentProfile);
    let with_activity = matches!(resource, Resource::State | Resource::ActivityProfile);

    let mut required = Requirement::must(
        format!("{area}.required-parameters"),
        resource.sections(),
        "A request without a required parameter is refused.",
    );
    let mut formats = Requirement::must(
        format!("{area}.parameter-formats"),
        at("Data 2.2", resource.sections().v2),
        "The values of parameters are checked as the same values in statements are.",
    )
    .case("GET with a since that is no timestamp", move |lrs| async move {
        refused(&lrs, "GET", resource.context().with("since", "yesterday")).await
    });
    if with_agent {
        required = required.cases(each_method(
            "without agent",
            |place| place.without("agent"),
            resource,
        ));
        formats = formats
            .cases(each_method(
                "with an agent that is no JSON",
                |p| p.with("agent", "mailto:a@example.org"),
                resource,
            ))
            .cases(each_method(
                "with an agent without identifier",
                |place| place.with("agent", "{\"name\":\"Nobody\"}"),
                resource,
            ));
    }
    if with_activity {
        required = required.cases(each_method(
            "without activityId",
            |p| p.without("activityId"),
            resource,
        ));
        formats = formats.cases(each_method(
            "with an activityId without scheme",
            |place| place.with("activityId", "a-course"),
            resource,
        ));
    }
    if resource == Resource::State {
        formats = formats.cases(each_method(
            "with a registration that is no UUID",
            |place| place.with("registration", "spring"),
            resource,
        ));
    }
    // Without the id, GET lists and, for State, DELETE clears: only PUT and POST need it everywhere.
    required = required.cases(["PUT", "POST"].map(|method| {
        Case::new(
            format!("{method} without {}", resource.id()),
            move |lrs| async move { refused(&lrs, method, resource.context()).await },
        )
    }));
    if resource != Resource::State {
        required = required.case(
            format!("DELETE without {}", resource.id()),
            move |lrs| async move { refused(&lrs, "DELETE", resource.context()).await },
        );
    }
    let unknown = Requirement::must(
        format!("{area}.unknown-parameters"),
        at("Communication 3.2", resource.sections().v2),
        "A parameter that the standard does not know there, or in another case, is refused.",
    )
    .cases(each_method(
        "with an unknown parameter",
        |place| place.with("unheardOf", "x"),
        resource,
    ))
    .cases(METHODS.map(|method| {
        Case::new(
            format!("{method} with the id's name in another case"),
            move |lrs| async move {
                let name = if resource == Resource::State {
                    "StateId"
                } else {
                    "ProfileId"
                };
                refused(&lrs, method, resource.place().with(name, "x")).await
            },
        )
    }));
    vec![required, formats, unknown]
}
