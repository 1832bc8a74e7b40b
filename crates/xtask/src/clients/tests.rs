//! What may be installed is fixed by digests, and from where is the machine's own affair.

const LOCK: &str = include_str!("../../../../clients/package-lock.json");
const REQUIREMENTS: &str = include_str!("../../../../clients/requirements.txt");

#[test]
fn every_package_of_npm_has_its_digest_and_no_address() {
    let packages = LOCK
        .lines()
        .filter(|line| line.trim_start().starts_with("\"node_modules/"))
        .count();
    let digests = LOCK
        .lines()
        .filter(|line| line.trim_start().starts_with("\"integrity\": \"sha512-"))
        .count();
    assert!(packages > 50, "{packages}");
    assert_eq!(digests, packages);
    assert!(!LOCK.contains("\"resolved\""));
}

#[test]
fn every_package_of_pypi_has_its_version_and_digest() {
    let packages: Vec<_> = REQUIREMENTS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    assert!(packages.iter().any(|line| line.starts_with("tincan==")));
    for line in packages {
        assert!(
            line.contains("==") && line.contains(" --hash=sha256:") && !line.contains("://"),
            "{line}"
        );
    }
}
