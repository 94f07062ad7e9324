-- The log. One row per record, never deleted; "offset" counts from 0.
CREATE TABLE events (
    "offset"   INTEGER PRIMARY KEY,
    logged_at  INTEGER NOT NULL,           -- ms since the epoch, log time
    user_key   BLOB    NOT NULL,           -- hash of tenant and user: no name outlives its content
    event_key  BLOB    NOT NULL UNIQUE,    -- hash of tenant, user and event id
    digest     BLOB,                       -- hash of the content; NULL once erased
    erasure    INTEGER NOT NULL,           -- 1: the event is the user's erasure, which stays
    payload    BLOB                        -- the event as JSON; NULL once erased
) STRICT;

CREATE INDEX events_by_user ON events (user_key, "offset");

-- Records that are no events (INV-5), as they were found.
CREATE TABLE dead_letters (
    "offset"   INTEGER PRIMARY KEY REFERENCES events ("offset"),
    found_at   INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    bytes      BLOB    NOT NULL
) STRICT;
