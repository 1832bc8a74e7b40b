//! Timestamps, durations, IRIs, language tags, decimals, versions: each by its own rules.

use proptest::prelude::*;
use xapi::{Decimal, Duration, Iri, LanguageTag, Timestamp, Version, VersionError};

#[test]
fn timestamps_are_iso_8601() {
    for (text, out) in [
        ("2013-05-18T05:32:34.804Z", "2013-05-18T05:32:34.804Z"),
        ("2013-05-18T05:32:34Z", "2013-05-18T05:32:34.000Z"),
        ("2013-05-18t05:32:34z", "2013-05-18T05:32:34.000Z"),
        ("2013-05-18T05:32:34", "2013-05-18T05:32:34.000Z"),
        ("2013-05-18T05:32Z", "2013-05-18T05:32:00.000Z"),
        ("2013-05-18T05:32:34,5Z", "2013-05-18T05:32:34.500Z"),
        ("2013-05-18T05:32:34.1234Z", "2013-05-18T05:32:34.123400Z"),
        ("2013-05-18T05:32:34.123456789Z", "2013-05-18T05:32:34.123456Z"),
        ("2013-05-18T05:32:34.9999999Z", "2013-05-18T05:32:34.999999Z"),
        ("2008-09-15T15:53:00.601+00:00", "2008-09-15T15:53:00.601Z"),
        ("2023-05-04T12:00:00-05:00", "2023-05-04T17:00:00.000Z"),
        ("2023-05-04T12:00:00+0530", "2023-05-04T06:30:00.000Z"),
        ("2023-05-04T12:00:00+02", "2023-05-04T10:00:00.000Z"),
        ("2023-05-04T00:00:00-00:30", "2023-05-04T00:30:00.000Z"),
        ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ] {
        assert_eq!(Timestamp::parse(text).unwrap().to_string(), out, "{text}");
    }
}

#[test]
fn what_is_no_timestamp_is_refused() {
    for text in [
        "",
        "should fail",
        "01/011/2015",
        "2015",
        "2015-11-18",
        "20151118T121700Z",
        "2015-W47-3T12:17:00Z",
        "2015-322T12:17:00Z",
        "2015-11-18 12:17:00Z",
        "2015-11-18T",
        "2015-11-18T12Z",
        "2015-11-18T12:17:00.Z",
        "2015-11-18T12:17:00.5.5Z",
        "2015-11-18T12:17:00ZZ",
        "2015-11-18T12:17:00Z ",
        "2015-11-18T12:17:00 Z",
        "2015-11-18T24:00:00Z",
        "2015-11-18T12:60:00Z",
        "2015-11-18T12:17:61Z",
        "2015-02-29T12:17:00Z",
        "2015-13-01T12:17:00Z",
        "2015-00-01T12:17:00Z",
        "2015-11-31T12:17:00Z",
        "2015-1-18T12:17:00Z",
        "15-11-18T12:17:00Z",
        "+2015-11-18T12:17:00Z",
        "2015-11-18T12:17:00+24:00",
        "2015-11-18T12:17:00+02:60",
        "2015-11-18T12:17:00+2",
        "2015-11-18T12:17:00+02:",
        "2015-11-18T12:17:00+02:0",
        "2008-09-15T15:53:00.601-00",
        "2008-09-15T15:53:00.601-0000",
        "2008-09-15T15:53:00.601-00:00",
        "２015-11-18T12:17:00Z",
    ] {
        assert!(Timestamp::parse(text).is_err(), "{text}");
    }
}

#[test]
fn timestamps_travel_as_text() {
    let at = Timestamp::from_micros(1_700_000_000_123_456);
    assert_eq!(
        serde_json::to_string(&at).unwrap(),
        r#""2023-11-14T22:13:20.123456Z""#
    );
    assert_eq!(
        serde_json::from_str::<Timestamp>(r#""2023-11-14T22:13:20.123456Z""#).unwrap(),
        at
    );
    assert!(serde_json::from_str::<Timestamp>("1700000000").is_err());
    assert_eq!(Timestamp::from(at.to_datetime()), at);
    assert!(Timestamp::from_micros(i64::MIN).to_string() < Timestamp::from_micros(0).to_string());
    assert!(!Timestamp::from_micros(i64::MAX).to_string().is_empty());
}

#[test]
fn durations_are_iso_8601() {
    for (text, seconds) in [
        ("PT4H35M59.14S", Some(16_559.14)),
        ("PT16559.14S", Some(16_559.14)),
        ("P3Y1M29DT4H35M59.14S", None),
        ("P3Y", None),
        ("P1M", None),
        ("P4W", Some(2_419_200.0)),
        ("P1DT12H36M0.12567S", Some(131_760.125_67)),
        ("PT0S", Some(0.0)),
        ("PT1,5S", Some(1.5)),
        ("PT0.5H", Some(1_800.0)),
        ("P0.5D", Some(43_200.0)),
        ("P2D", Some(172_800.0)),
        ("PT1M", Some(60.0)),
        ("PT1H0M0.1S", Some(3_600.1)),
        ("P1.5W", Some(907_200.0)),
    ] {
        let duration = Duration::parse(text).unwrap();
        assert_eq!(duration.as_str(), text);
        match (duration.as_seconds(), seconds) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-6, "{text}: {found}"),
            (found, expected) => assert_eq!(found, expected, "{text}"),
        }
    }
}

#[test]
fn what_is_no_duration_is_refused() {
    for text in [
        "",
        "should fail",
        "P",
        "PT",
        "P1YT",
        "PA1H0M0S",
        "1H",
        "PT1",
        "P1",
        "PT.5S",
        "PT5.S",
        "P4W1D",
        "P1D4W",
        "P4WT1H",
        "P1H",
        "PT1D",
        "PT1Y",
        "PT1S1M",
        "P1D1Y",
        "P1Y1Y",
        "PTT1S",
        "PT1HT1M",
        "-PT1S",
        "P-1D",
        "+P1D",
        "pt1s",
        "PT1s",
        " PT1S",
        "PT1S ",
        "PT1.5M3S",
        "PT1.5.5S",
        "P0003-06-04T12:30:05",
        "PT1e3S",
        "PT１S",
    ] {
        assert!(Duration::parse(text).is_err(), "{text}");
    }
}

#[test]
fn durations_are_compared_to_hundredths_and_otherwise_as_text() {
    let same = |a: &str, b: &str| Duration::parse(a).unwrap() == Duration::parse(b).unwrap();
    for (a, b) in [
        ("P1DT12H36M0.1237S", "P1DT12H36M0.12S"),
        ("PT1.129S", "PT1.12S"),
        ("PT1.5S", "PT1.50S"),
        ("PT1,5S", "PT1.5S"),
        ("PT1S", "PT1.00S"),
        ("PT01S", "PT1S"),
        ("PT0.001S", "PT0S"),
    ] {
        assert!(same(a, b), "{a} {b}");
    }
    for (a, b) in [
        ("PT1.13S", "PT1.12S"),
        ("PT4H35M59.14S", "PT16559.14S"),
        ("PT60S", "PT1M"),
        ("PT1M0S", "PT1M"),
        ("P1M", "PT1M"),
        ("PT10S", "PT1S"),
        ("P7D", "P1W"),
    ] {
        assert!(!same(a, b), "{a} {b}");
    }
}

#[test]
fn iris_have_a_scheme_and_only_what_an_iri_may_have() {
    for text in [
        "http://example.com",
        "http://example.com:8080/a/b;c=d?e=f&g[]=h#i"
            .replace("[]", "%5B%5D")
            .as_str(),
        "https://user@example.com/%E9%81%93",
        "http://[2001:db8::1]/x",
        "http://example.com/道?q=ü#ß",
        "urn:uuid:fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
        "tag:example.com,2026:x",
        "mailto:a@b.c",
        "x:",
        "http://adlnet.gov/expapi/verbs/voided",
        "HTTP://EXAMPLE.COM",
    ] {
        assert_eq!(Iri::parse(text).unwrap().as_str(), text);
    }
    for text in [
        "",
        "x",
        "/x",
        "//x/y",
        "#x",
        "?x",
        "example.com/x",
        "1http://x",
        "ab=c://x",
        "http://a b",
        "http://a/<b>",
        "http://a/b|c",
        "http://a/b^c",
        "http://a/`",
        "http://a/{b}",
        "http://a/\"b\"",
        "http://a/%",
        "http://a/%zz",
        "http://a/\u{0}",
        "http://a/\n",
        " http://a",
        "http://a ",
        "http://a:port/",
        "http://[::1",
        "http://a/#b#c",
    ] {
        assert!(Iri::parse(text).is_err(), "{text:?}");
    }
    assert_ne!(
        Iri::parse("http://a.b").unwrap(),
        Iri::parse("http://A.b").unwrap(),
        "compared as strings"
    );
    assert!(serde_json::from_str::<Iri>(r#""x""#).is_err());
}

#[test]
fn language_tags_have_the_lengths_of_rfc_5646() {
    for text in [
        "en",
        "de-DE",
        "zh-Hant",
        "zh-Hans-CN",
        "sr-Latn-RS",
        "sr-Cyrl",
        "es-419",
        "ase",
        "cmn",
        "sl-rozaj-biske",
        "de-1996",
        "x-private",
        "i-klingon",
        "en-GB-oed",
        "de-DE-u-co-phonebk",
        "en-a-bbb-x-a-ccc",
        "EN-us",
        "zh-yue-HK",
    ] {
        assert_eq!(LanguageTag::parse(text).unwrap().as_str(), text);
    }
    for text in [
        "",
        "a",
        "something",
        "a12345",
        "a12345678",
        "en_US",
        "en-",
        "-en",
        "en--US",
        "en US",
        "zh-z-aaa-z-bbb-c-ccc",
        "de-419-DE",
        "x-",
        "en-u",
        "de-1996-1996",
        "ünï",
        "123",
    ] {
        assert!(LanguageTag::parse(text).is_err(), "{text:?}");
    }
    assert_eq!(
        LanguageTag::parse("en-us").unwrap(),
        LanguageTag::parse("EN-US").unwrap()
    );
}

#[test]
fn decimals_are_equal_by_value() {
    let decimal = |text: &str| Decimal::parse(text).unwrap();
    for (a, b) in [
        ("1", "1.0"),
        ("1", "1e0"),
        ("100", "1E+2"),
        ("0", "-0.0e5"),
        ("0.5", "5e-1"),
        ("12.50", "125e-1"),
    ] {
        assert_eq!(decimal(a), decimal(b), "{a} {b}");
    }
    for (a, b) in [
        ("-1", "1"),
        ("-2", "-1"),
        ("0", "1e-300"),
        ("-1e-300", "0"),
        ("9007199254740992", "9007199254740993"),
        ("1", "1.00000000000000000000001"),
        ("99", "1e2"),
        ("1.9", "10"),
    ] {
        assert!(decimal(a) < decimal(b), "{a} {b}");
    }
    for text in [
        "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "1 ", "1_000", "1e999", "--1",
    ] {
        assert!(Decimal::parse(text).is_err(), "{text}");
    }
}

#[test]
fn versions_are_negotiated() {
    for text in [
        "1.0", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.9", "1.0.32", " 1.0.3 ",
    ] {
        assert_eq!(Version::negotiate(Some(text)), Ok(Version::V1_0), "{text}");
    }
    for text in ["2.0", "2.0.0", "2.0.1"] {
        assert_eq!(Version::negotiate(Some(text)), Ok(Version::V2_0), "{text}");
    }
    for text in [
        "0.9", "0.95", "0.8.0", "1", "1.1", "1.1.0", "1.2.0", "2.1.0", "3.0", "10.0.0", "1.0.", "1.0.x",
        "1.0.3.4", "BAD", "1.00",
    ] {
        let error = Version::negotiate(Some(text)).unwrap_err();
        assert_eq!(error, VersionError::Unsupported(text.to_owned()), "{text}");
        let said = error.to_string();
        assert!(
            said.contains(text) && said.contains("1.0.3") && said.contains("2.0.0"),
            "{said}"
        );
    }
    assert_eq!(Version::negotiate(None), Err(VersionError::Missing));
    assert_eq!(Version::negotiate(Some("  ")), Err(VersionError::Missing));
    assert_eq!(
        (Version::V1_0.to_string().as_str(), Version::V2_0.as_str()),
        ("1.0.3", "2.0.0")
    );
}

proptest! {
    #[test]
    fn a_timestamps_text_is_the_same_timestamp(micros in -62_167_219_200_000_000..253_402_300_800_000_000_i64) {
        let at = Timestamp::from_micros(micros);
        prop_assert_eq!(Timestamp::parse(&at.to_string()).unwrap(), at);
    }

    #[test]
    fn decimals_order_as_exact_fractions(a in -100_000..100_000_i128, b in -100_000..100_000_i128, p in 0..12_u32, q in 0..12_u32) {
        let text = |n: i128, power: u32| format!("{n}e-{power}");
        let (one, other) = (Decimal::parse(&text(a, p)).unwrap(), Decimal::parse(&text(b, q)).unwrap());
        let exact = (a * 10_i128.pow(12 - p)).cmp(&(b * 10_i128.pow(12 - q)));
        prop_assert_eq!(one.cmp(&other), exact);
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC{0,40}") {
        let _ = (Timestamp::parse(&text), Duration::parse(&text), Iri::parse(&text), LanguageTag::parse(&text));
        let _ = (Decimal::parse(&text), Version::negotiate(Some(&text)), xapi::Ifi::mbox(&text));
    }

    #[test]
    fn nothing_near_a_duration_makes_its_reader_panic(text in "P?[0-9.,PTYMWDHS]{0,12}") {
        if let Ok(duration) = Duration::parse(&text) {
            let years_or_months = text.contains('Y') || text.split('T').next().unwrap().contains('M');
            prop_assert_eq!(duration.as_seconds().is_none(), years_or_months, "{}", text);
        }
    }
}
