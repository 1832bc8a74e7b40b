//! Reports and reviews that are due: told once a period, whoever was down meanwhile.

use std::collections::BTreeMap;

use rules::Curriculum;
use store::{NoticePlace, NoticeRecord};
use xapi::Timestamp;

use crate::engine::definitions::Revision;
use crate::engine::{Engine, Work};
use crate::error::{Result, to_json};
use crate::notice::PublicUrl;
use crate::told::{self, ReportBody, ReviewBody};

/// Something that is told when a moment has come.
struct Due {
    /// What it is called in the agenda.
    key: String,
    /// The last moment at which it was due.
    at: Timestamp,
    notice: NoticeRecord,
}

impl Engine {
    /// Tells of reports and reviews whose time has come. Of several periods that passed while no engine ran, only the
    /// last is told: a report says how things are when it is read.
    pub(super) async fn take_upkeep(&self, work: &mut Work) -> Result<bool> {
        let due = self.due(work)?;
        let mut seen: BTreeMap<String, Timestamp> = BTreeMap::new();
        for Due { key, at, notice } in due {
            if work.agenda.upkeep.get(&key) != Some(&at) {
                work.appraised.commit.notices.push(notice);
            }
            seen.insert(key, at);
        }
        if seen == work.agenda.upkeep {
            return Ok(false);
        }
        work.agenda.upkeep = seen;
        let next = work.checkpoint.clone();
        self.finish(work, next).await?;
        Ok(true)
    }

    fn due(&self, work: &Work) -> Result<Vec<Due>> {
        let mut due = Vec::new();
        for (id, number) in &work.agenda.in_force {
            if let Some(revision) = work.definitions.revision(id, *number) {
                reports(revision, work.at, &self.options.public_url, &mut due)?;
                review(revision, work.at, &mut due)?;
            }
        }
        Ok(due)
    }
}

fn reports(revision: &Revision, now: Timestamp, url: &PublicUrl, due: &mut Vec<Due>) -> Result<()> {
    let curriculum = &revision.curriculum;
    for plan in curriculum.reports() {
        let begin = plan.every.begin(now);
        if begin <= revision.published_at {
            continue;
        }
        let step = format!("{} every {}", plan.report.as_str(), plan.every.as_str());
        let body = ReportBody {
            title: curriculum.title().to_owned(),
            report: plan.report,
            every: plan.every,
            url: url.report(curriculum.id(), plan.report),
        };
        let mut notice = about(curriculum, told::REPORT, &step, begin, now);
        notice.to.clone_from(&plan.to);
        notice.body = to_json("a notice", &body)?;
        due.push(Due {
            key: format!("{}: {step}", curriculum.id()),
            at: begin,
            notice,
        });
    }
    Ok(())
}

fn review(revision: &Revision, now: Timestamp, due: &mut Vec<Due>) -> Result<()> {
    let curriculum = &revision.curriculum;
    let feedback = curriculum.feedback();
    let Some(at) = feedback
        .and_then(|feedback| feedback.review)
        .and_then(|review| review.around(revision.published_at, now).0)
    else {
        return Ok(());
    };
    let body = ReviewBody {
        title: curriculum.title().to_owned(),
        revision: revision.number,
        survey: feedback.and_then(|feedback| feedback.survey.clone()),
    };
    let mut notice = about(curriculum, told::REVIEW, told::REVIEW, at, now);
    notice.to = vec![told::TRAINING.to_owned()];
    notice.body = to_json("a notice", &body)?;
    due.push(Due {
        key: format!("{}: {}", curriculum.id(), told::REVIEW),
        at,
        notice,
    });
    Ok(())
}

/// A notice that is about nobody; what it is for is called by its moment.
fn about(curriculum: &Curriculum, kind: &str, step: &str, at: Timestamp, now: Timestamp) -> NoticeRecord {
    let obligation = at.to_string();
    NoticeRecord {
        id: told::id_of(kind, "", curriculum.id(), &obligation, step),
        place: NoticePlace::default(),
        kind: kind.to_owned(),
        person: None,
        curriculum: curriculum.id().to_owned(),
        obligation,
        step: step.to_owned(),
        state: told::TAKEN.to_owned(),
        to: Vec::new(),
        at,
        decided_at: now,
        body: String::new(),
    }
}
