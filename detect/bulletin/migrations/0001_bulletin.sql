-- The Centre's own alerts over all their revisions.
CREATE TABLE bulletin (
	id         TEXT PRIMARY KEY,
	number     TEXT NOT NULL, -- HSC-YYYY-NNN; empty before the first submission
	live       BIGINT NOT NULL DEFAULT 0, -- published version
	withdrawn  BIGINT NOT NULL DEFAULT 0,
	tlp        BIGINT NOT NULL DEFAULT 0, -- of the live version
	live_at    BIGINT, -- when the live version was published
	origin     TEXT NOT NULL DEFAULT '', -- the case that it came from
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bulletin_number ON bulletin (number) WHERE number <> '';
CREATE UNIQUE INDEX bulletin_origin ON bulletin (origin) WHERE origin <> '';
CREATE INDEX bulletin_live ON bulletin (live_at, id) WHERE live > 0;

CREATE TABLE bulletin_revision (
	id           TEXT PRIMARY KEY,
	bulletin     TEXT NOT NULL REFERENCES bulletin (id),
	version      BIGINT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'published', 'dropped')),
	edit         BIGINT NOT NULL,
	content      TEXT NOT NULL, -- JSON, see wire.go
	submitted_at BIGINT,
	submitted_by TEXT NOT NULL DEFAULT '', -- names
	approver     TEXT NOT NULL DEFAULT '',
	publish_at   BIGINT,
	published_at BIGINT,
	updated_at   BIGINT NOT NULL,
	orgs         BIGINT NOT NULL DEFAULT 0, -- addressed when it was published
	countries    BIGINT NOT NULL DEFAULT 0,
	document     BYTES  -- CSAF, once published
);
CREATE UNIQUE INDEX bulletin_revision_version ON bulletin_revision (bulletin, version) WHERE state <> 'dropped';
CREATE UNIQUE INDEX bulletin_revision_open ON bulletin_revision (bulletin) WHERE state IN ('draft', 'submitted', 'approved');
CREATE INDEX bulletin_revision_state ON bulletin_revision (state, updated_at);

-- Who wrote on a revision: none of them approves it.
CREATE TABLE bulletin_hand (
	revision TEXT NOT NULL REFERENCES bulletin_revision (id),
	person   TEXT NOT NULL,
	PRIMARY KEY (revision, person)
);

-- Whom a published revision addressed, as it was at that time.
CREATE TABLE bulletin_recipient (
	revision TEXT NOT NULL,
	org      TEXT NOT NULL,
	PRIMARY KEY (revision, org)
) CLUSTERED;

CREATE TABLE bulletin_entry (
	id       TEXT PRIMARY KEY,
	bulletin TEXT NOT NULL REFERENCES bulletin (id),
	at       BIGINT NOT NULL,
	person   TEXT NOT NULL,
	kind     TEXT NOT NULL,
	version  BIGINT NOT NULL,
	comment  TEXT NOT NULL
);
CREATE INDEX bulletin_entry_of ON bulletin_entry (bulletin, id);

-- The last number of each year: one row to lock, so that none is left out.
CREATE TABLE bulletin_year (
	year BIGINT PRIMARY KEY,
	last BIGINT NOT NULL
);
