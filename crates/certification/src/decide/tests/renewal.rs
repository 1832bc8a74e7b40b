//! Certificates that are renewed, in time or not, and what becomes known late.

use super::*;

#[test]
fn renewed_in_time_it_is_the_same_certificate() {
    let story = play(&[
        (11, Some(claim(10, Some(40), 1)), "issued!"),
        (35, Some(claim(35, Some(70), 2)), "renewed!"),
    ]);
    assert_eq!(story.certificates.len(), 1);
    assert_eq!(
        (story.newest().issued_at, story.newest().expires_at),
        (day(10), Some(day(70)))
    );
    assert_eq!(
        (story.newest().details.earned_at, story.newest().details.cycle),
        (day(35), 2)
    );
}

#[test]
fn renewed_in_grace_it_is_the_same_certificate() {
    let with_grace = || Story {
        policy: Policy {
            grace: Some(rules::Period::parse("30 days").unwrap()),
            ..Policy::default()
        },
        ..Story::default()
    };
    let mut story = with_grace();
    assert_eq!(story.on(11, Some(&claim(10, Some(40), 1))), "issued!");
    assert_eq!(story.on(41, Some(&claim(10, Some(40), 1))), "expired!");
    let renewal = story.decide(60, Some(&claim(60, Some(90), 2)));
    assert_eq!(
        renewal.entries[0].account.reason,
        "What renews \"Safety\" was met on 1970-03-02, as 1 statement shows. It had ended on 1970-02-10 and could \
         still be renewed. It now holds until 1970-04-01, before until 1970-02-10."
    );
    assert_eq!(story.on(60, Some(&claim(60, Some(90), 2))), "renewed!");
    assert_eq!(
        (story.certificates.len(), story.newest().status),
        (1, Status::Active)
    );

    // After that, it is the next.
    let mut story = with_grace();
    story.on(41, Some(&claim(10, Some(40), 1)));
    assert_eq!(story.on(72, Some(&claim(71, Some(101), 2))), "issued!");
    assert_eq!(story.certificates.len(), 2);
}

#[test]
fn earned_again_after_its_end_it_is_the_next_certificate() {
    let story = play(&[
        (11, Some(claim(10, Some(40), 1)), "issued!"),
        (41, Some(claim(10, Some(40), 1)), "expired!"),
        (50, Some(claim(50, Some(80), 2)), "issued!"),
    ]);
    assert_eq!(
        story
            .certificates
            .iter()
            .map(|kept| kept.status)
            .collect::<Vec<_>>(),
        [Status::Expired, Status::Active]
    );
    assert_eq!(story.newest().number, 2);
}

#[test]
fn an_engine_that_slept_over_the_end_says_both() {
    let story = play(&[
        (11, Some(claim(10, Some(40), 1)), "issued!"),
        (60, Some(claim(50, Some(80), 2)), "expired! issued!"),
    ]);
    assert_eq!(story.certificates.len(), 2);
    assert_eq!(story.certificates.first().unwrap().status, Status::Expired);
}

#[test]
fn a_renewal_in_time_that_is_known_late_takes_the_end_back() {
    let story = play(&[
        (11, Some(claim(10, Some(40), 1)), "issued!"),
        (41, Some(claim(10, Some(40), 1)), "expired!"),
        (45, Some(claim(38, Some(70), 2)), "renewed!"),
    ]);
    assert_eq!(
        (story.certificates.len(), story.newest().status),
        (1, Status::Active)
    );
}

#[test]
fn history_that_is_over_is_put_down_and_not_told() {
    let story = play(&[(900, Some(claim(10, Some(40), 1)), "issued expired")]);
    assert_eq!(story.newest().status, Status::Expired);
    let entries = Story::default()
        .decide(900, Some(&claim(10, Some(40), 1)))
        .entries;
    assert_eq!(
        entries.iter().map(|entry| entry.at).collect::<Vec<_>>(),
        [day(10), day(40)]
    );
}

#[test]
fn history_that_came_late_changes_an_ended_certificate_quietly() {
    play(&[
        (900, Some(claim(10, Some(40), 1)), "issued expired"),
        (901, Some(claim(5, Some(35), 1)), "amended"),
        (902, Some(claim(30, Some(60), 2)), "renewed"),
    ]);
}

#[test]
fn what_came_late_changes_the_dates() {
    let story = play(&[
        (11, Some(claim(10, Some(40), 1)), "issued!"),
        (12, Some(claim(8, Some(38), 1)), "amended!"),
    ]);
    assert_eq!(
        (story.newest().issued_at, story.newest().expires_at),
        (day(8), Some(day(38)))
    );
}
