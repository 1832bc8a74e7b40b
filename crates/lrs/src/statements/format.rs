//! Kept statements as the client wants them: format, languages, version (1.0.3, Communication 2.1.3).

use std::collections::HashMap;

use actix_web::http::header;
use futures_util::{StreamExt, TryStreamExt, stream};
use store::StoredStatement;
use web::Problem;
use xapi::{AcceptLanguage, Activity, Context, Iri, Object, Statement, Version};

use crate::app::Visit;
use crate::call::Call;
use crate::params::Params;
use crate::refusal;

/// How many definitions are looked up at once.
const AT_ONCE: usize = 8;

/// The parameter `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Ids,
    Exact,
    Canonical,
}

impl Format {
    pub(super) fn of(params: &Params) -> Result<Self, Problem> {
        match params.get("format") {
            None | Some("exact") => Ok(Self::Exact),
            Some("ids") => Ok(Self::Ids),
            Some("canonical") => Ok(Self::Canonical),
            Some(_) => Err(refusal::parameter(
                "format",
                "the parameter \"format\" must be ids, exact or canonical (1.0.3, Communication 2.1.3)",
            )),
        }
    }

    /// Rewrites the texts of statements.
    pub(super) async fn apply(
        self,
        visit: Visit<'_>,
        call: &Call,
        statements: &mut [StoredStatement],
    ) -> Result<(), Problem> {
        if visit.version == Version::V1_0 {
            rewrite(statements, |text| xapi::to_version(text, visit.version))?;
        }
        match self {
            Self::Exact => Ok(()),
            Self::Ids => rewrite(statements, xapi::format_ids),
            Self::Canonical => {
                let languages = call
                    .text(&header::ACCEPT_LANGUAGE)?
                    .map(AcceptLanguage::parse)
                    .unwrap_or_default();
                let definitions = definitions(visit, statements).await?;
                rewrite(statements, |text| {
                    xapi::format_canonical(text, &languages, |activity| definitions.get(activity).cloned())
                })
            }
        }
    }
}

fn rewrite(
    statements: &mut [StoredStatement],
    mut to: impl FnMut(&str) -> Result<String, xapi::ValidationError>,
) -> Result<(), Problem> {
    for statement in statements {
        statement.text = to(&statement.text)
            .map_err(|error| refusal::corrupt(&format!("statement {}", statement.id), &error))?;
    }
    Ok(())
}

/// The canonical definitions of all activities in these statements.
async fn definitions(
    visit: Visit<'_>,
    statements: &[StoredStatement],
) -> Result<HashMap<String, String>, Problem> {
    let mut activities: Vec<Iri> = Vec::new();
    for stored in statements {
        let statement = Statement::from_stored(&stored.text)
            .map_err(|error| refusal::corrupt(&format!("statement {}", stored.id), &error))?;
        each_activity(&statement, &mut |activity| activities.push(activity.id.clone()));
    }
    activities.sort_unstable();
    activities.dedup();
    let found: Vec<_> = stream::iter(activities)
        .map(|activity| async move {
            visit
                .store()
                .activity_definition(&activity)
                .await
                .map(|definition| definition.map(|definition| (String::from(activity), definition)))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(found.into_iter().flatten().collect())
}

fn each_activity(statement: &Statement, visit: &mut impl FnMut(&Activity)) {
    let mut look = |object: &Object, context: Option<&Context>| {
        if let Object::Activity(activity) = object {
            visit(activity);
        }
        if let Some(context) = context {
            context.context_activities.iter().for_each(&mut *visit);
        }
    };
    look(&statement.object, statement.context.as_ref());
    if let Object::SubStatement(sub) = &statement.object {
        look(&sub.object, sub.context.as_ref());
    }
}
