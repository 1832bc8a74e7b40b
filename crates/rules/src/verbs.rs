//! The verbs that evaluation gives a meaning.

/// `passed` (ADL, cmi5 9.3.4).
pub const PASSED: &str = "http://adlnet.gov/expapi/verbs/passed";
/// `failed` (ADL, cmi5 9.3.5).
pub const FAILED: &str = "http://adlnet.gov/expapi/verbs/failed";
/// `completed` (ADL, cmi5 9.3.3).
pub const COMPLETED: &str = "http://adlnet.gov/expapi/verbs/completed";
/// `mastered` (ADL).
pub const MASTERED: &str = "http://adlnet.gov/expapi/verbs/mastered";
/// `scored` (ADL).
pub const SCORED: &str = "http://adlnet.gov/expapi/verbs/scored";
/// `satisfied` (cmi5 9.3.9): an LMS says so of a block or course.
pub const SATISFIED: &str = "https://w3id.org/xapi/adl/verbs/satisfied";
/// `waived` (cmi5 9.3.7): an LMS takes what it asks for as met.
pub const WAIVED: &str = "https://w3id.org/xapi/adl/verbs/waived";
/// The result extension that says why something was waived (cmi5 9.5.5.2).
pub const REASON: &str = "https://w3id.org/xapi/cmi5/result/extensions/reason";
/// The context category that marks the statements cmi5 defines (cmi5 9.6.2.1).
pub const CMI5_CATEGORY: &str = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
