-- Everything that crawls of one site keep. Times are milliseconds since 1970 (UTC), days are days since 1970 (UTC+7).

-- `source`, `version` of this file, `version` numbers given to rows so far (`sequence`), the last that a part holds
-- (`exported`).
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- Crawls. One that has no `ended_at` goes on at the next start.
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    complete INTEGER NOT NULL DEFAULT 0,
    counters TEXT NOT NULL
);

-- Pages to fetch in the run that goes on; details (kind 0) before list pages (kind 1), oldest first.
CREATE TABLE frontier (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    listing_id TEXT,
    digest INTEGER,
    urls TEXT NOT NULL,
    address INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    preceding TEXT,
    failed TEXT
);
CREATE INDEX frontier_order ON frontier (kind, id);

-- List pages that this run has read: a site that pages in circles is left.
CREATE TABLE list_page (url TEXT PRIMARY KEY) WITHOUT ROWID;

-- Every listing ever seen. `listing` is the row without first_seen and last_seen, null until its page was read.
CREATE TABLE listing (
    id TEXT PRIMARY KEY,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    seen_in INTEGER NOT NULL,
    digest INTEGER,
    gone_on INTEGER,
    version INTEGER,
    listing TEXT
) WITHOUT ROWID;
CREATE INDEX listing_version ON listing (version) WHERE version IS NOT NULL;

-- Pages as they came, without names and phone numbers, packed with zstd: `reparse` reads them again.
CREATE TABLE body (
    listing_id TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    url TEXT NOT NULL,
    content_type TEXT,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX body_of ON body (listing_id, fetched_at);

-- Price history: a row when a listing is first read, and one whenever its price has changed.
CREATE TABLE price (
    listing_id TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    price_vnd REAL,
    price_raw TEXT,
    PRIMARY KEY (listing_id, seen_at)
) WITHOUT ROWID;

-- What could not be had, and why: one row a listing, or a page or card of a list.
CREATE TABLE reject (
    key TEXT PRIMARY KEY,
    run INTEGER NOT NULL,
    listing_id TEXT,
    url TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE robots (
    url TEXT PRIMARY KEY,
    fetched_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;
