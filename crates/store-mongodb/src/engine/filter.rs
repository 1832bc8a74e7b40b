use mongodb::bson::{Document, doc};
use store::{CertificateFilter, StandingFilter};

/// Which standings, in the order of (person, curriculum).
pub(crate) fn standings(filter: &StandingFilter) -> Document {
    let mut found = common(
        filter.person.as_deref(),
        filter.curriculum.as_deref(),
        filter.status.as_deref(),
    );
    if let Some((person, curriculum)) = &filter.after {
        // The first bound is what the index can start from.
        let beyond = vec![
            doc! { "p": { "$gte": person } },
            doc! { "$or": [{ "p": { "$gt": person } }, { "c": { "$gt": curriculum } }] },
        ];
        found.insert("$and", beyond);
    }
    found
}

/// Which certificates, in the order of (person, curriculum, number).
pub(crate) fn certificates(filter: &CertificateFilter) -> Document {
    let mut found = common(
        filter.person.as_deref(),
        filter.curriculum.as_deref(),
        filter.status.as_deref(),
    );
    if let Some((person, curriculum, number)) = &filter.after {
        let beyond = vec![
            doc! { "p": { "$gte": person } },
            doc! { "$or": [
                { "p": { "$gt": person } },
                { "c": { "$gt": curriculum } },
                { "c": curriculum, "no": { "$gt": *number } },
            ] },
        ];
        found.insert("$and", beyond);
    }
    found
}

fn common(person: Option<&str>, curriculum: Option<&str>, status: Option<&str>) -> Document {
    let wanted = [("p", person), ("c", curriculum), ("st", status)];
    wanted
        .into_iter()
        .filter_map(|(field, value)| value.map(|value| (field.to_owned(), value.into())))
        .collect()
}
