-- Every change has its moment (0: before this version); the last is the latest there is.
ALTER TABLE change ADD COLUMN at INTEGER NOT NULL DEFAULT 0;

-- What people decided. Only ever added.
CREATE TABLE act (
    at           INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    kind         TEXT NOT NULL,
    subject_kind INTEGER NOT NULL,           -- as the kind of a change
    subject      TEXT NOT NULL,
    curriculum   TEXT,
    made_by      TEXT NOT NULL,
    undoes       BLOB UNIQUE,
    body         TEXT NOT NULL
) STRICT;
CREATE INDEX act_by_subject ON act (subject_kind, subject, at);
CREATE INDEX act_by_curriculum ON act (curriculum, at) WHERE curriculum IS NOT NULL;
CREATE INDEX act_by_kind ON act (kind, at);
