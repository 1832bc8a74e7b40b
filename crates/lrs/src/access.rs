//! Which scope opens what (1.0.3, Communication 4.2).

use store::Scope;
use web::{Caller, Problem};

/// Which statements a key may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readable {
    All,
    /// Those that the key itself wrote.
    Mine,
}

/// 403 for a key that may read no statement.
pub(crate) fn read_statements(caller: &Caller) -> Result<Readable, Problem> {
    if caller.may(Scope::StatementsRead) {
        return Ok(Readable::All);
    }
    caller.require(Scope::StatementsReadMine)?;
    Ok(Readable::Mine)
}

/// What a request wants of a document resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    Read,
    Write,
}

/// 403 unless the key has `scope`, or wants to read and may read everything.
pub(crate) fn documents(caller: &Caller, scope: Scope, want: Want) -> Result<(), Problem> {
    if want == Want::Read && caller.may(Scope::AllRead) {
        return Ok(());
    }
    caller.require(scope)
}

/// 403 for a key that may not ask about agents or activities: one that reads or writes nothing about them.
pub(crate) fn look_up(caller: &Caller) -> Result<(), Problem> {
    const ANY: [Scope; 5] = [
        Scope::StatementsReadMine,
        Scope::State,
        Scope::Profile,
        Scope::Define,
        Scope::AllRead,
    ];
    if ANY.into_iter().any(|scope| caller.may(scope)) {
        return Ok(());
    }
    caller.require(Scope::StatementsReadMine)
}
