//! What people get besides the certificate, in words.

use std::fmt::Write as _;

use crate::Streak;
use crate::definition::{Badge, Definition};

pub(super) fn recognition(out: &mut String, definition: &Definition) {
    let Some(recognition) = &definition.recognition else {
        return;
    };
    let unit = match recognition.streak {
        Streak::Weeks => "week",
        Streak::Months => "month",
    };
    let points = recognition.points;
    let earned: Vec<String> = [
        (points.met, "for each course that is met".to_owned()),
        (
            points.first_try,
            "more if it is passed at the first attempt".to_owned(),
        ),
        (points.certified, "for the first certificate".to_owned()),
        (
            points.active,
            format!("for each {unit} in which something counted"),
        ),
    ]
    .into_iter()
    .filter(|(points, _)| *points > 0)
    .map(|(points, what)| format!("{points} {what}"))
    .collect();
    if !earned.is_empty() {
        let _ = writeln!(out, "Points: {}.", earned.join(", "));
    }
    if !recognition.badges.is_empty() {
        out.push_str("Badges:\n");
        for badge in &recognition.badges {
            let _ = writeln!(out, "  - {}: {}.", badge.title, what_for(badge, unit));
        }
    }
    if !recognition.levels.is_empty() {
        let levels: Vec<String> = recognition
            .levels
            .iter()
            .map(|level| format!("{} from {} points on", level.title, level.points))
            .collect();
        let _ = writeln!(out, "Levels: {}.", levels.join(", "));
    }
    if recognition.boards {
        out.push_str("There is a board for each group, with those on it who want to be.\n");
    }
}

fn what_for(badge: &Badge, unit: &str) -> String {
    let plural = |count: u32| if count == 1 { "" } else { "s" };
    let counted = |count: Option<u32>, text: &dyn Fn(u32) -> String| count.map(text);
    [
        badge.certified.then(|| "certified".to_owned()),
        counted(badge.courses, &|count| {
            format!("{count} course{} met", plural(count))
        }),
        counted(badge.first_tries, &|count| {
            format!("{count} course{} passed at the first attempt", plural(count))
        }),
        counted(badge.streak, &|count| {
            format!("{count} {unit}{} in a row", plural(count))
        }),
        counted(badge.points, &|count| format!("{count} point{}", plural(count))),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" and ")
}
