//! The Agents Resource: what is known of the person behind an agent (1.0.3, Communication 2.4).

use actix_web::HttpResponse;
use store::Scope;
use web::Problem;
use xapi::{Agent, Ifi};

use crate::access;
use crate::app::Visit;
use crate::call::Call;
use crate::documents;

pub(crate) async fn get(visit: Visit<'_>, call: &Call) -> Result<HttpResponse, Problem> {
    access::look_up(visit.caller)?;
    call.params.only(&["agent"])?;
    let agent = call.params.require_agent("agent", visit.version)?;
    // "An LRS capable of returning multiple identifying properties for a Person Object SHOULD require the connecting
    // credentials have increased, explicitly given permissions."
    let others = if visit.caller.may(Scope::AllRead) {
        others(visit, &agent.ifi).await?
    } else {
        Vec::new()
    };
    documents::json(call, person(&agent, &others))
}

/// The other identifiers that the registry of people knows for the same person.
async fn others(visit: Visit<'_>, ifi: &Ifi) -> Result<Vec<Ifi>, Problem> {
    let Some(Some(id)) = visit
        .store()
        .people_by_ifi(std::slice::from_ref(ifi))
        .await?
        .into_iter()
        .next()
    else {
        return Ok(Vec::new());
    };
    let person = visit.store().person(&id).await?;
    let mut ifis = person.map(|person| person.ifis).unwrap_or_default();
    ifis.retain(|other| other != ifi);
    Ok(ifis)
}

/// The Person Object: every property an array.
fn person(agent: &Agent, others: &[Ifi]) -> String {
    let mut out = String::from("{\"objectType\":\"Person\"");
    let mut member = |name: &str, values: &[String]| {
        if !values.is_empty() {
            out.push_str(&format!(",\"{name}\":[{}]", values.join(",")));
        }
    };
    let quoted = |text: &str| {
        let mut out = String::new();
        xapi::json::write_string(text, &mut out);
        out
    };
    let ifis: Vec<_> = std::iter::once(&agent.ifi).chain(others).collect();
    let of = |pick: fn(&Ifi) -> Option<&str>| -> Vec<String> {
        ifis.iter().filter_map(|ifi| pick(ifi)).map(quoted).collect()
    };
    member(
        "name",
        &agent.name.as_deref().map(quoted).into_iter().collect::<Vec<_>>(),
    );
    member(
        "mbox",
        &of(|ifi| {
            if let Ifi::Mbox(text) = ifi {
                Some(text)
            } else {
                None
            }
        }),
    );
    member(
        "mbox_sha1sum",
        &of(|ifi| {
            if let Ifi::MboxSha1Sum(text) = ifi {
                Some(text)
            } else {
                None
            }
        }),
    );
    member(
        "openid",
        &of(|ifi| {
            if let Ifi::OpenId(text) = ifi {
                Some(text)
            } else {
                None
            }
        }),
    );
    let accounts: Vec<_> = ifis
        .iter()
        .filter_map(|ifi| match ifi {
            Ifi::Account { home_page, name } => Some(format!(
                "{{\"homePage\":{},\"name\":{}}}",
                quoted(home_page),
                quoted(name)
            )),
            _ => None,
        })
        .collect();
    member("account", &accounts);
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_arrays() {
        let agent = Agent {
            name: Some("Ann \"A\"".to_owned()),
            ifi: Ifi::Mbox("mailto:ann@example.com".to_owned()),
        };
        assert_eq!(
            person(&agent, &[]),
            r#"{"objectType":"Person","name":["Ann \"A\""],"mbox":["mailto:ann@example.com"]}"#
        );
        let others = [
            Ifi::Mbox("mailto:a@example.com".to_owned()),
            Ifi::OpenId("http://ann.example.com".to_owned()),
            Ifi::Account {
                home_page: "http://hr.example.com".to_owned(),
                name: "7".to_owned(),
            },
        ];
        let nameless = Agent { name: None, ..agent };
        assert_eq!(
            person(&nameless, &others),
            concat!(
                r#"{"objectType":"Person","mbox":["mailto:ann@example.com","mailto:a@example.com"],"#,
                r#""openid":["http://ann.example.com"],"account":[{"homePage":"http://hr.example.com","name":"7"}]}"#
            )
        );
    }
}
