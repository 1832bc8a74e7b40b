use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files the server opens beside connections: the store's, the log's, its own connections to MongoDB.
const OTHERS: usize = 200;

/// Lets this process open as many files as it is allowed to: shells and service managers start programs with a low
/// limit (1,024) that every program may raise to another, and a connection is a file. Answers how many connections
/// there can be at once, `wanted` at most: one that is not accepted waits, one that can not be opened fails.
pub(crate) fn for_connections(wanted: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let open = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    // `None` is no limit.
    let Some(open) = open else { return wanted };
    let room = usize::try_from(open)
        .unwrap_or(usize::MAX)
        .saturating_sub(OTHERS)
        .max(1);
    if room < wanted {
        tracing::warn!(
            max_connections = wanted,
            open_files = open,
            connections = room,
            "this process may not open as many files as there may be connections: further ones wait; raise the limit \
             of open files (LimitNOFILE, ulimit -n) or lower max_connections"
        );
    }
    wanted.min(room)
}
