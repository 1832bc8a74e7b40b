-- Engines may divide people among them: a checkpoint for each share, which is a bit for each of 64 slots.
ALTER TABLE checkpoint RENAME TO checkpoint_of_all;
CREATE TABLE checkpoint (
    share      INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    change     INTEGER NOT NULL,
    state      TEXT NOT NULL
) STRICT;
INSERT INTO checkpoint (share, generation, position, change, state)
SELECT -1, generation, position, change, state FROM checkpoint_of_all;
DROP TABLE checkpoint_of_all;
