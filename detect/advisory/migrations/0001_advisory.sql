-- One row per document of a publisher, with what lists show of its newest revision.
-- tlp and severity are the numbers of ward.TLP and ward.Severity, so that SQL can compare them.
CREATE TABLE advisory (
	id             TEXT PRIMARY KEY,
	namespace      TEXT NOT NULL,
	tracking       TEXT NOT NULL,
	revision_id    TEXT NOT NULL,
	version        TEXT NOT NULL,
	status         TEXT NOT NULL,
	category       TEXT NOT NULL,
	title          TEXT NOT NULL,
	title_key      TEXT NOT NULL,
	lang           TEXT NOT NULL,
	publisher      TEXT NOT NULL,
	url            TEXT NOT NULL,
	tlp            INTEGER NOT NULL CHECK (tlp BETWEEN 0 AND 4),
	severity       INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
	score          DOUBLE PRECISION NOT NULL,
	vector         TEXT NOT NULL,
	own_score      INTEGER NOT NULL,
	exploited      TEXT NOT NULL CHECK (exploited IN ('none', 'poc', 'exploited', 'ransomware')),
	own_exploited  TEXT NOT NULL CHECK (own_exploited IN ('none', 'poc', 'exploited', 'ransomware')),
	epss           DOUBLE PRECISION NOT NULL,
	withdrawn      INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
	patient_risk   TEXT NOT NULL,
	initial_at     BIGINT,
	published_at   BIGINT NOT NULL,
	fetched_at     BIGINT NOT NULL,
	stored_at      BIGINT NOT NULL,
	UNIQUE (namespace, tracking)
);

CREATE INDEX advisory_published ON advisory (published_at, id);
CREATE INDEX advisory_severity ON advisory (score, id);
CREATE INDEX advisory_title ON advisory (title_key, id);

-- Every revision that ever arrived, byte for byte (zstd). The same version with
-- other bytes is a silent change of the publisher and kept like any other.
CREATE TABLE advisory_revision (
	id           TEXT PRIMARY KEY,
	advisory_id  TEXT NOT NULL REFERENCES advisory (id),
	version      TEXT NOT NULL,
	published_at BIGINT NOT NULL,
	tlp          INTEGER NOT NULL CHECK (tlp BETWEEN 0 AND 4),
	sha256       TEXT NOT NULL,
	size         BIGINT NOT NULL,
	body         BYTES NOT NULL,
	source_id    TEXT NOT NULL,
	name         TEXT NOT NULL,
	signature    TEXT NOT NULL CHECK (signature IN ('verified', 'unsigned', 'unchecked')),
	signer       TEXT NOT NULL,
	silent       INTEGER NOT NULL CHECK (silent IN (0, 1)),
	fetched_at   BIGINT NOT NULL,
	stored_at    BIGINT NOT NULL,
	UNIQUE (advisory_id, sha256)
);

-- What matching needs of the newest revision; derived, so that a start does not
-- parse every document again. change grows in the order of commits.
CREATE TABLE advisory_index (
	advisory_id  TEXT PRIMARY KEY REFERENCES advisory (id),
	revision_id  TEXT NOT NULL,
	change       BIGINT NOT NULL,
	claims       BYTES NOT NULL,
	fingerprints BYTES NOT NULL
);

CREATE INDEX advisory_index_change ON advisory_index (change);

-- One row per counter. Its lock orders writers, so a reader that has seen
-- change n has seen all below n, on both databases.
CREATE TABLE advisory_change (
	name TEXT PRIMARY KEY CHECK (name IN ('index', 'decision')),
	n    BIGINT NOT NULL
);

INSERT INTO advisory_change (name, n) VALUES ('index', 0);
INSERT INTO advisory_change (name, n) VALUES ('decision', 0);

CREATE TABLE advisory_cve (
	advisory_id TEXT NOT NULL REFERENCES advisory (id),
	cve         TEXT NOT NULL,
	PRIMARY KEY (advisory_id, cve)
);

CREATE INDEX advisory_cve_cve ON advisory_cve (cve, advisory_id);

-- Words of title, numbers, publisher and product tree for the search, as bytes:
-- they sort the same way whatever the collation of the database is.
CREATE TABLE advisory_token (
	token       BYTES NOT NULL,
	advisory_id TEXT NOT NULL REFERENCES advisory (id),
	PRIMARY KEY (token, advisory_id)
);

CREATE INDEX advisory_token_advisory ON advisory_token (advisory_id);

-- Where documents and lists come from. next_at is when it is asked again.
CREATE TABLE advisory_source (
	id           TEXT PRIMARY KEY,
	kind         TEXT NOT NULL CHECK (kind IN ('upload', 'csaf-provider', 'csaf-url', 'kev-cisa', 'kev-eu', 'epss', 'cve5')),
	name         TEXT NOT NULL,
	url          TEXT NOT NULL,
	unmarked     INTEGER NOT NULL CHECK (unmarked BETWEEN 0 AND 4),
	every_s      INTEGER NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('active', 'paused')),
	role         TEXT NOT NULL,
	metadata_url TEXT NOT NULL,
	problem      TEXT NOT NULL,
	fails        INTEGER NOT NULL,
	created_at   BIGINT NOT NULL,
	created_by   TEXT NOT NULL,
	checked_at   BIGINT,
	succeeded_at BIGINT,
	next_at      BIGINT,
	lease        TEXT NOT NULL,
	leased_until BIGINT
);

INSERT INTO advisory_source (id, kind, name, url, unmarked, every_s, state, role, metadata_url, problem, fails, created_at, created_by, lease)
VALUES ('00000000-0000-7000-8000-000000000000', 'upload', '', '', 0, 0, 'active', '', '', '', 0, 0, '', '');

-- The listings and files that a source was asked for, to ask again only for news.
CREATE TABLE advisory_listing (
	source_id TEXT NOT NULL REFERENCES advisory_source (id),
	url       TEXT NOT NULL,
	etag      TEXT NOT NULL,
	modified  TEXT NOT NULL,
	read_at   BIGINT NOT NULL,
	PRIMARY KEY (source_id, url)
);

-- Every document that a source's listing names: what is still to fetch, what is
-- done. A killed fetch goes on from here.
CREATE TABLE advisory_entry (
	source_id  TEXT NOT NULL REFERENCES advisory_source (id),
	url        TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	tlp        INTEGER NOT NULL CHECK (tlp BETWEEN 0 AND 4),
	hash_url   TEXT NOT NULL,
	sign_url   TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
	tries      INTEGER NOT NULL,
	next_at    BIGINT NOT NULL,
	PRIMARY KEY (source_id, url)
);

CREATE INDEX advisory_entry_pending ON advisory_entry (source_id, state, updated_at);

CREATE TABLE advisory_fault (
	source_id   TEXT NOT NULL REFERENCES advisory_source (id),
	subject     TEXT NOT NULL,
	kind        TEXT NOT NULL,
	place       TEXT NOT NULL,
	detail      TEXT NOT NULL,
	tries       INTEGER NOT NULL,
	first_at    BIGINT NOT NULL,
	last_at     BIGINT NOT NULL,
	resolved_at BIGINT,
	PRIMARY KEY (source_id, subject)
);

CREATE INDEX advisory_fault_open ON advisory_fault (source_id, last_at);

-- OpenPGP keys of a provider. A key counts once it is trusted: the first ones
-- on first use, later ones when a person says so.
CREATE TABLE advisory_key (
	source_id   TEXT NOT NULL REFERENCES advisory_source (id),
	fingerprint TEXT NOT NULL,
	armored     TEXT NOT NULL,
	trusted     INTEGER NOT NULL CHECK (trusted IN (0, 1)),
	seen_at     BIGINT NOT NULL,
	PRIMARY KEY (source_id, fingerprint)
);

-- What the catalogues of exploited weaknesses say now, one row per CVE and list.
CREATE TABLE advisory_signal (
	cve          TEXT NOT NULL,
	kind         TEXT NOT NULL CHECK (kind IN ('kev-cisa', 'kev-eu')),
	ransomware   INTEGER NOT NULL CHECK (ransomware IN (0, 1)),
	listed_at    BIGINT NOT NULL,
	due_at       BIGINT,
	action       TEXT NOT NULL,
	seen_at      BIGINT NOT NULL,
	withdrawn_at BIGINT,
	PRIMARY KEY (cve, kind)
);

-- What they said before: listed, withdrawn, listed again. Kept for ever.
CREATE TABLE advisory_signal_history (
	id   TEXT PRIMARY KEY,
	cve  TEXT NOT NULL,
	kind TEXT NOT NULL,
	what TEXT NOT NULL CHECK (what IN ('listed', 'withdrawn', 'changed')),
	at   BIGINT NOT NULL
);

CREATE INDEX advisory_signal_history_cve ON advisory_signal_history (cve);

-- Probability of exploitation in the next 30 days, 0 to 1 (FIRST EPSS).
CREATE TABLE advisory_epss (
	cve         TEXT PRIMARY KEY,
	probability DOUBLE PRECISION NOT NULL,
	percentile  DOUBLE PRECISION NOT NULL,
	day         TEXT NOT NULL
);

-- CVE 5 records: title, and a score for documents that give none.
CREATE TABLE advisory_weakness (
	cve        TEXT PRIMARY KEY,
	rejected   INTEGER NOT NULL CHECK (rejected IN (0, 1)),
	title      TEXT NOT NULL,
	score      DOUBLE PRECISION NOT NULL,
	vector     TEXT NOT NULL,
	updated_at BIGINT
);

-- What analysts settled, kept for ever; undone_at ends its effect.
CREATE TABLE advisory_decision (
	id            TEXT PRIMARY KEY,
	kind          TEXT NOT NULL CHECK (kind IN ('alias', 'reading', 'note')),
	key           TEXT NOT NULL,
	vendor        TEXT NOT NULL,
	name          TEXT NOT NULL,
	model         TEXT NOT NULL,
	claim_vendor  TEXT NOT NULL,
	claim_names   TEXT NOT NULL,
	same          INTEGER NOT NULL CHECK (same IN (0, 1)),
	range_text    TEXT NOT NULL,
	version_text  TEXT NOT NULL,
	verdict       TEXT NOT NULL CHECK (verdict IN ('review', 'affected', 'not_affected')),
	advisory_id   TEXT NOT NULL,
	leaf          TEXT NOT NULL,
	path          TEXT NOT NULL,
	reason        TEXT NOT NULL,
	author        TEXT NOT NULL,
	author_name   TEXT NOT NULL,
	author_org    TEXT NOT NULL,
	created_at    BIGINT NOT NULL,
	undone_at     BIGINT,
	undone_by     TEXT NOT NULL,
	undone_name   TEXT NOT NULL,
	undone_reason TEXT NOT NULL
);

CREATE UNIQUE INDEX advisory_decision_active ON advisory_decision (kind, key) WHERE undone_at IS NULL AND kind <> 'note';
CREATE INDEX advisory_decision_time ON advisory_decision (created_at, id);
CREATE INDEX advisory_decision_advisory ON advisory_decision (advisory_id);
