use super::*;

#[test]
fn a_scope_allows_itself_and_what_is_narrower() {
    use Scope::*;
    let allowed: [(Scope, &[Scope]); 13] = [
        (StatementsWrite, &[StatementsWrite]),
        (StatementsReadMine, &[StatementsReadMine]),
        (StatementsRead, &[StatementsRead, StatementsReadMine]),
        (State, &[State]),
        (Define, &[Define]),
        (Profile, &[Profile]),
        (AllRead, &[AllRead, StatementsRead, StatementsReadMine]),
        (
            All,
            &[
                StatementsWrite,
                StatementsReadMine,
                StatementsRead,
                State,
                Define,
                Profile,
                AllRead,
                All,
            ],
        ),
        (People, &[People]),
        (CurriculaWrite, &[CurriculaWrite]),
        (ActsWrite, &[ActsWrite]),
        (HistoryWrite, &[HistoryWrite]),
        (Admin, &[People, CurriculaWrite, ActsWrite, HistoryWrite, Admin]),
    ];
    for (held, allowed) in allowed {
        for needed in Scope::ALL {
            assert_eq!(
                Scopes(vec![held]).allow(needed),
                allowed.contains(&needed),
                "{held} for {needed}"
            );
        }
    }
}

#[test]
fn several_scopes_allow_what_any_of_them_does_and_none_nothing() {
    let scopes = Scopes(vec![Scope::State, Scope::StatementsRead]);
    let allowed: Vec<_> = Scope::ALL
        .into_iter()
        .filter(|needed| scopes.allow(*needed))
        .collect();
    assert_eq!(
        allowed,
        [Scope::StatementsReadMine, Scope::StatementsRead, Scope::State]
    );
    assert!(
        Scope::ALL
            .into_iter()
            .all(|needed| !Scopes::default().allow(needed))
    );
}

#[test]
fn scopes_are_spelled_as_in_the_standard() {
    for scope in Scope::ALL {
        assert_eq!(scope.to_string().parse(), Ok(scope));
        assert_eq!(serde_json::to_string(&scope).unwrap(), format!("\"{scope}\""));
    }
    let error = "statements".parse::<Scope>().unwrap_err();
    assert!(
        error.contains("\"statements\"") && error.contains("statements/read/mine"),
        "{error}"
    );
}

#[test]
fn secrets_are_random_and_not_shown() {
    let (one, other) = (Secret::generate().unwrap(), Secret::generate().unwrap());
    assert_ne!(one.reveal(), other.reveal());
    assert_eq!(one.reveal().len(), 48);
    assert!(one.reveal().bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(!format!("{one:?} {:?}", one.hash()).contains(&one.reveal()[..4]));
}

#[test]
fn a_hash_matches_its_secret_only() {
    let hash = Secret::new("correct horse").hash();
    assert!(hash.matches(&Secret::new("correct horse")));
    for other in ["", "correct", "correct horse ", "Correct horse"] {
        assert!(!hash.matches(&Secret::new(other)));
    }
    assert_eq!(hash, Secret::new("correct horse").hash());
    assert_ne!(hash, Secret::new("other").hash());
}
