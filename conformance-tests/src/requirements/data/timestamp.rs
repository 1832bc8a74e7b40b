use chrono::Utc;
use serde_json::{Value, json};

use crate::Version;
use crate::requirement::{Requirement, at, ensure};
use crate::requirements::rows::{Place, in_substatement, place};
use crate::sample::{statement, with};
use crate::tools::store::{instant_of, store};

const TIMESTAMPS: &[Place] = &[
    place("timestamp", |v| with("timestamp", v)),
    place("timestamp of a SubStatement", |v| {
        in_substatement("/timestamp", v)
    }),
];
const STORED: &[Place] = &[place("stored", |v| with("stored", v))];

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 4.5", "4.2.7");
    vec![
        Requirement::must(
            "timestamp.accepted",
            section(),
            "A timestamp of RFC 3339 is taken, and comes back as the same instant, to the millisecond.",
        )
        .accepts(
            TIMESTAMPS,
            &[
                ("UTC", || json!("2015-11-18T12:17:00Z")),
                ("+00:00", || json!("2015-11-18T12:17:00+00:00")),
                ("milliseconds", || json!("2015-11-18T12:17:00.123Z")),
                ("microseconds", || json!("2015-11-18T12:17:00.123456Z")),
                ("one digit", || json!("2015-11-18T12:17:00.1Z")),
                ("ahead of UTC", || json!("2015-11-18T12:17:00.987+05:30")),
                ("behind UTC", || json!("2023-05-04T20:00:00-05:00")),
                ("a leap day", || json!("2024-02-29T23:59:59Z")),
                ("a day long ago", || json!("1969-07-20T20:17:40Z")),
            ],
        ),
        Requirement::must("timestamp.format", section(), "Anything else is no timestamp.").rejects(
            TIMESTAMPS,
            &[
                ("words", || json!("yesterday")),
                ("empty", || json!("")),
                ("no such month", || json!("2015-13-01T12:00:00Z")),
                ("no such day", || json!("2015-02-30T12:00:00Z")),
                ("no leap year", || json!("2023-02-29T12:00:00Z")),
                ("no such hour", || json!("2015-11-18T25:00:00Z")),
                ("no such minute", || json!("2015-11-18T12:60:00Z")),
                ("a slash", || json!("2015/11/18T12:17:00Z")),
                ("American", || json!("11/18/2015 12:17 PM")),
                ("offset -00", || json!("2015-11-18T12:17:00-00")),
                ("offset -0000", || json!("2015-11-18T12:17:00-0000")),
                ("offset -00:00", || json!("2015-11-18T12:17:00-00:00")),
                ("a number", || json!(1_447_849_020)),
                ("an object", || json!({ "time": "2015-11-18T12:17:00Z" })),
            ],
        ),
        Requirement::should(
            "timestamp.set-where-missing",
            at("Data 2.4.7", "4.2.4.2"),
            "A statement without timestamp gets one: when it was stored.",
        )
        .case("timestamp equals stored", |lrs| async move {
            let back = store(&lrs, &statement()).await?;
            let (timestamp, stored) = (instant_of(&back, "timestamp")?, instant_of(&back, "stored")?);
            ensure(
                (timestamp - stored).num_milliseconds() == 0,
                "timestamp and stored name the same instant",
                format!("timestamp {timestamp}, stored {stored}"),
            )
        }),
        Requirement::should(
            "timestamp.future-tolerated",
            at("Data 2.4.7", "4.2.4.2"),
            "A timestamp is not refused for being in the future: clocks err.",
        )
        .accepts(
            &TIMESTAMPS[..1],
            &[
                ("in an hour", || {
                    json!((Utc::now() + chrono::Duration::hours(1)).to_rfc3339())
                }),
                ("in the year 2099", || json!("2099-12-31T23:59:59Z")),
            ],
        ),
        Requirement::should(
            "timestamp.returned-in-utc",
            section(),
            "Timestamps come back in UTC.",
        )
        .case("2023-05-04T12:00:00-05:00", |lrs| async move {
            let back = store(&lrs, &with("timestamp", json!("2023-05-04T12:00:00-05:00"))).await?;
            for member in ["timestamp", "stored"] {
                let offset = instant_of(&back, member)?.offset().local_minus_utc();
                ensure(offset == 0, format!("{member} in UTC"), back[member].to_string())?;
            }
            Ok(())
        }),
        Requirement::must(
            "stored.set-by-lrs",
            at("Data 2.4.8", "4.2.4.2"),
            "stored is set by the LRS, whatever came.",
        )
        .case("a stored time is overwritten", |lrs| async move {
            let back = store(&lrs, &with("stored", json!("2001-02-03T04:05:06Z"))).await?;
            let stored = instant_of(&back, "stored")?;
            ensure(
                stored.to_rfc3339() != "2001-02-03T04:05:06+00:00",
                "another time",
                stored.to_rfc3339(),
            )
        })
        .case("a missing stored time is set", |lrs| async move {
            instant_of(&store(&lrs, &statement()).await?, "stored").map(drop)
        }),
        Requirement::should(
            "stored.validated",
            at("Data 2.4.8", "4.2.4.2"),
            "A stored time that came is checked before it is overwritten.",
        )
        .rejects(
            STORED,
            &[("words", || json!("yesterday")), ("a number", || json!(5))],
        ),
        Requirement::must(
            "stored.grows",
            at("Data 2.4.8", "4.2.4.2"),
            "stored is when the statement was stored: of two stored one after the other, the second is not \
             earlier.",
        )
        .case("two statements", |lrs| async move {
            let first = store(&lrs, &statement()).await?;
            let second = store(&lrs, &statement()).await?;
            ensure(
                instant_of(&second, "stored")? >= instant_of(&first, "stored")?,
                format!("stored at or after {}", first["stored"]),
                second["stored"].to_string(),
            )
        }),
        Requirement::must(
            "stored.precision",
            section(),
            "stored has a precision of milliseconds at least.",
        )
        .case("digits after the second", |lrs| async move {
            // One timestamp may end in zeros and be written without them; ten do not.
            let mut found = Vec::new();
            for _ in 0..10 {
                let back = store(&lrs, &statement()).await?;
                let text: Value = back["stored"].clone();
                let digits = text
                    .as_str()
                    .and_then(|text| text.split_once('.'))
                    .map_or(0, |(_, rest)| {
                        rest.chars().take_while(char::is_ascii_digit).count()
                    });
                if digits >= 3 {
                    return Ok(());
                }
                found.push(text.to_string());
            }
            ensure(false, "three digits after the second, at least", found.join(", "))
        }),
        Requirement::must(
            "authority.always",
            at("Data 2.4.9", "4.2.4.2"),
            "Every statement stored has an authority, an Agent, or a Group of two.",
        )
        .case("a statement without authority", |lrs| async move {
            let back = store(&lrs, &statement()).await?;
            let authority = &back["authority"];
            let agent = authority["objectType"] != "Group"
                && ["mbox", "mbox_sha1sum", "openid", "account"]
                    .iter()
                    .any(|ifi| !authority[*ifi].is_null());
            let group = authority["member"]
                .as_array()
                .is_some_and(|members| members.len() == 2);
            ensure(
                agent || group,
                "an authority with one identifier",
                authority.to_string(),
            )
        }),
        Requirement::must(
            "authority.group-of-two",
            at("Data 2.4.9", "4.2.4.2"),
            "An authority that is a Group is the two Agents of three-legged OAuth, no other.",
        )
        .rejects(
            &[place("authority", |v| with("authority", v))],
            &[
                (
                    "a group of one",
                    || json!({ "objectType": "Group", "member": [crate::sample::agent()] }),
                ),
                ("a group of three", || {
                    let members = [
                        crate::sample::agent(),
                        crate::sample::agent(),
                        crate::sample::agent(),
                    ];
                    json!({ "objectType": "Group", "member": members })
                }),
                ("an identified group", crate::sample::group),
                ("an activity", crate::sample::activity),
            ],
        ),
        Requirement::must(
            "timestamp.offsets-in-2-0",
            at("", "4.2.7"),
            "Timestamps with any offset are converted, never refused.",
        )
        .only(Version::V2_0_0)
        .accepts(
            TIMESTAMPS,
            &[
                ("+14:00", || json!("2023-05-04T12:00:00+14:00")),
                ("-12:00", || json!("2023-05-04T12:00:00-12:00")),
                ("+05:45", || json!("2023-05-04T12:00:00.5+05:45")),
            ],
        ),
    ]
}
