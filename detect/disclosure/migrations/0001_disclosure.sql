-- Reports of weaknesses. What may be published stands in disclosure_case and
-- disclosure_summary; all that never leaves the house, in the tables after them,
-- sealed with a key that is not in the database.
CREATE TABLE disclosure_case (
	id              TEXT PRIMARY KEY,
	number          TEXT NOT NULL, -- CVD-YYYY-NNN
	source          TEXT NOT NULL CHECK (source IN ('researcher', 'maker', 'provider', 'somebody')),
	org             TEXT NOT NULL DEFAULT '', -- of a maker who reported signed in
	lang            TEXT NOT NULL, -- of the reporter
	state           TEXT NOT NULL CHECK (state IN ('received', 'triaged', 'coordinating', 'published', 'closed')),
	edit            BIGINT NOT NULL,
	assignee        TEXT NOT NULL DEFAULT '', -- person, and the name at that time
	assignee_name   TEXT NOT NULL DEFAULT '',
	received_at     BIGINT NOT NULL,
	acknowledged_at BIGINT, -- first word of a person of the Centre
	triaged_at      BIGINT,
	coordinated_at  BIGINT,
	told_at         BIGINT, -- the Centre's last word to the reporter
	heard_at        BIGINT NOT NULL, -- the reporter's last word
	embargo_at      BIGINT, -- day of publication
	ended_at        BIGINT,
	waits           BIGINT NOT NULL DEFAULT 0, -- for the reporter's answer to a question
	outcome         TEXT NOT NULL DEFAULT '', -- why it was closed
	alert           TEXT NOT NULL DEFAULT '', -- HSC-YYYY-NNN
	alert_open      BIGINT NOT NULL DEFAULT 0, -- everybody may read the alert
	link            BIGINT NOT NULL DEFAULT 1, -- which link of the reporter counts
	due_at          BIGINT, -- of the earliest open step
	due_step        TEXT NOT NULL DEFAULT '',
	reminded_at     BIGINT, -- of that step
	nudged_at       BIGINT  -- when the reporter was reminded of the question
);
CREATE UNIQUE INDEX disclosure_case_number ON disclosure_case (number);
CREATE INDEX disclosure_case_due ON disclosure_case (due_at, id);
CREATE INDEX disclosure_case_org ON disclosure_case (org, received_at);

CREATE TABLE disclosure_summary (
	case_id    TEXT PRIMARY KEY REFERENCES disclosure_case (id),
	title      TEXT NOT NULL,
	vendor     TEXT NOT NULL,
	product    TEXT NOT NULL,
	versions   TEXT NOT NULL,
	fixed      TEXT NOT NULL,
	cves       TEXT NOT NULL, -- blanks between
	severity   TEXT NOT NULL,
	exploited  TEXT NOT NULL,
	impact     TEXT NOT NULL,
	patients   TEXT NOT NULL,
	mitigation TEXT NOT NULL,
	credit     TEXT NOT NULL -- empty: the reporter is not named
);

CREATE TABLE disclosure_entry (
	id      TEXT PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES disclosure_case (id),
	at      BIGINT NOT NULL,
	person  TEXT NOT NULL, -- name of an analyst; empty for house and reporter
	kind    TEXT NOT NULL,
	detail  TEXT NOT NULL  -- a word or a day, never somebody's text
);
CREATE INDEX disclosure_entry_of ON disclosure_entry (case_id, id);

-- Never published: who reported, how the weakness is shown, and the report as it came.
CREATE TABLE disclosure_confidence (
	case_id TEXT PRIMARY KEY REFERENCES disclosure_case (id),
	sealed  BYTES NOT NULL
);

CREATE TABLE disclosure_message (
	id      TEXT PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES disclosure_case (id),
	at      BIGINT NOT NULL,
	side    TEXT NOT NULL CHECK (side IN ('reporter', 'centre', 'note')),
	person  TEXT NOT NULL, -- name of an analyst; empty for the reporter
	sealed  BYTES NOT NULL
);
CREATE INDEX disclosure_message_of ON disclosure_message (case_id, id);

CREATE TABLE disclosure_file (
	id      TEXT PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES disclosure_case (id),
	at      BIGINT NOT NULL,
	size    BIGINT NOT NULL, -- bytes
	sha256  TEXT NOT NULL,
	name    BYTES NOT NULL, -- sealed
	sealed  BYTES NOT NULL
);
CREATE INDEX disclosure_file_of ON disclosure_file (case_id, id);

-- The links of reporters, hashed.
CREATE TABLE disclosure_link (
	digest  TEXT PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES disclosure_case (id)
);

-- Reports and files of a day by network, hashed; no row says which case it made.
CREATE TABLE disclosure_try (
	id     TEXT PRIMARY KEY,
	origin TEXT NOT NULL,
	at     BIGINT NOT NULL,
	report BIGINT NOT NULL, -- 0 for files that came later
	bytes  BIGINT NOT NULL
);
CREATE INDEX disclosure_try_at ON disclosure_try (at);

-- The last number of each year: one row to lock, so that none is left out.
CREATE TABLE disclosure_year (
	year BIGINT PRIMARY KEY,
	last BIGINT NOT NULL
);
