//! Certificates whose proof is lost, and may come back.

use super::*;

#[test]
fn how_long_lost_proof_may_take_to_come_back_is_for_the_curriculum_to_say() {
    let mut story = Story {
        policy: Policy {
            recovery: rules::Period::parse("3 days").unwrap(),
            ..Policy::default()
        },
        ..Story::default()
    };
    story.on(11, Some(&claim(10, Some(400), 1)));
    assert_eq!(story.on(20, None), "suspended!");
    assert_eq!(story.on(22, None), "");
    let revoked = story.decide(23, None);
    assert!(
        revoked.entries[0]
            .account
            .reason
            .ends_with("was not met again within 3 days.")
    );
    assert_eq!(story.on(23, None), "revoked!");
}

#[test]
fn lost_proof_suspends_and_after_fourteen_days_revokes() {
    let story = play(&[
        (11, Some(claim(10, Some(400), 1)), "issued!"),
        (20, None, "suspended!"),
        (33, None, ""),
        (34, None, "revoked!"),
        (35, None, ""),
    ]);
    assert_eq!(story.newest().status, Status::Revoked);
}

#[test]
fn proof_that_comes_back_reinstates() {
    let story = play(&[
        (11, Some(claim(10, Some(400), 1)), "issued!"),
        (20, None, "suspended!"),
        (30, Some(claim(25, Some(415), 1)), "reinstated!"),
        (34, Some(claim(25, Some(415), 1)), ""),
    ]);
    assert_eq!(
        (story.newest().status, story.newest().expires_at),
        (Status::Active, Some(day(415)))
    );
    assert_eq!(story.newest().details.suspended_at, None);
}

#[test]
fn earned_anew_after_it_was_revoked_it_is_the_next_certificate() {
    let story = play(&[
        (11, Some(claim(10, None, 1)), "issued!"),
        (20, None, "suspended!"),
        (34, None, "revoked!"),
        (50, Some(claim(50, None, 1)), "issued!"),
    ]);
    assert_eq!(
        story
            .certificates
            .iter()
            .map(|kept| kept.status)
            .collect::<Vec<_>>(),
        [Status::Revoked, Status::Active]
    );
}

#[test]
fn its_time_passing_while_proof_is_lost_is_not_a_suspension() {
    play(&[
        (11, Some(claim(10, Some(40), 1)), "issued!"),
        (41, None, "expired!"),
        (99, None, ""),
    ]);
}

#[test]
fn falling_back_to_an_earlier_certificate_suspends_the_later_one() {
    // Number 2 loses its proof; what is left is what number 1 stood for, and that is over.
    let story = play(&[
        (11, Some(claim(10, Some(40), 1)), "issued!"),
        (50, Some(claim(50, Some(80), 2)), "expired! issued!"),
        (55, Some(claim(10, Some(40), 1)), "suspended!"),
        (69, Some(claim(10, Some(40), 1)), "revoked!"),
    ]);
    assert_eq!(
        story
            .certificates
            .iter()
            .map(|kept| kept.status)
            .collect::<Vec<_>>(),
        [Status::Expired, Status::Revoked]
    );
}
