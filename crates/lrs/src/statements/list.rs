//! GET of many statements, by filters, page after page.

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};
use store::{Position, StatementQuery};
use web::{Cursor, Problem};

use super::format::Format;
use super::page;
use crate::access::Readable;
use crate::app::Visit;
use crate::call::Call;
use crate::params::Params;
use crate::{attachments, refusal};

const PARAMS: [&str; 12] = [
    "agent",
    "verb",
    "activity",
    "registration",
    "related_activities",
    "related_agents",
    "since",
    "until",
    "limit",
    "format",
    "attachments",
    "ascending",
];

/// The one parameter of the links in `more`.
const MORE: &str = "more";

/// Longer queries could not be continued: their link would be longer than what servers and proxies take.
const MAX_QUERY: usize = 3_000;

/// What a link in `more` holds: the whole query and where it goes on, so that the server keeps nothing and the link
/// stays good for ever. Whose statements may be read is asked of the caller again each time.
#[derive(Serialize, Deserialize)]
struct Continuation {
    #[serde(rename = "q")]
    params: Vec<(String, String)>,
    #[serde(rename = "p")]
    after: Position,
}

pub(super) async fn get(visit: Visit<'_>, call: &Call, readable: Readable) -> Result<HttpResponse, Problem> {
    match call.params.get(MORE) {
        None => answer(visit, call, &call.params, None, readable).await,
        Some(word) => {
            call.params.only(&[MORE])?;
            let Continuation { params, after } =
                Cursor::decode(word).map_err(|problem| problem.with("parameter", MORE))?;
            answer(visit, call, &Params::of_pairs(params)?, Some(after), readable).await
        }
    }
}

async fn answer(
    visit: Visit<'_>,
    call: &Call,
    params: &Params,
    after: Option<Position>,
    readable: Readable,
) -> Result<HttpResponse, Problem> {
    params.only(&PARAMS)?;
    let format = Format::of(params)?;
    let with_attachments = params.boolean("attachments")?;
    let mut query = query(visit, params)?;
    query.after = after;
    query.authority = (readable == Readable::Mine).then(|| visit.authority_ifi());
    let again = again(params, query.agent.as_ref())?;

    let mut found = visit.store().query(&query).await?;
    let named = if with_attachments {
        attachments::named_in(found.statements.iter().map(|statement| statement.text.as_str()))?
    } else {
        Vec::new()
    };
    format.apply(visit, call, &mut found.statements).await?;
    let more = match found.next {
        None => String::new(),
        Some(after) => {
            let word = Cursor::encode(&Continuation { params: again, after })?;
            format!("{}?{MORE}={word}", call.path())
        }
    };
    let body = page::write(&found.statements, &more);
    if with_attachments {
        attachments::send(visit, body, named, call.method == Method::HEAD).await
    } else {
        Ok(HttpResponse::Ok().content_type("application/json").body(body))
    }
}

fn query(visit: Visit<'_>, params: &Params) -> Result<StatementQuery, Problem> {
    let agent = match params.actor("agent", visit.version)? {
        None => None,
        Some(actor) => Some(actor.ifi().cloned().ok_or_else(|| {
            refusal::parameter(
                "agent",
                "the parameter \"agent\" is an anonymous group; expected an agent or an identified group (1.0.3, \
                 Communication 2.1.3)",
            )
        })?),
    };
    let most = visit.core.options.max_limit.max(1);
    let limit = match params.integer("limit")? {
        None | Some(0) => most,
        Some(limit) => usize::try_from(limit).unwrap_or(most).min(most),
    };
    Ok(StatementQuery {
        agent,
        related_agents: params.boolean("related_agents")?,
        verb: params.iri("verb")?,
        activity: params.iri("activity")?,
        related_activities: params.boolean("related_activities")?,
        registration: params.uuid("registration")?,
        authority: None,
        since: params.timestamp("since")?,
        until: params.timestamp("until")?,
        ascending: params.boolean("ascending")?,
        limit,
        bytes: Some(visit.core.options.max_page_bytes),
        after: None,
    })
}

/// The parameters as a link repeats them: of an agent only what identifies it.
fn again(params: &Params, agent: Option<&xapi::Ifi>) -> Result<Vec<(String, String)>, Problem> {
    let pairs: Vec<_> = params
        .iter()
        .map(|(name, value)| {
            let value = match agent {
                // Read again as an actor: of a group the identifier alone would be an agent's, which filters alike.
                Some(ifi) if name == "agent" => ifi.to_json(),
                _ => value.to_owned(),
            };
            (name.to_owned(), value)
        })
        .collect();
    if pairs
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum::<usize>()
        > MAX_QUERY
    {
        return Err(Problem::bad_request(
            "invalid-parameter",
            format!(
                "the parameters are longer than {MAX_QUERY} bytes in all, more than a link to the next page can hold"
            ),
        ));
    }
    Ok(pairs)
}
