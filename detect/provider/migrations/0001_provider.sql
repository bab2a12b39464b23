-- OpenPGP keys that sign what is published. The private part is sealed with the
-- house's key file, so that replicas share it and a copy of the database signs
-- nothing. One signs; a retired one signs no more and its signatures hold; a
-- revoked one counts for nothing.
CREATE TABLE provider_key (
	fingerprint TEXT PRIMARY KEY,
	armored     TEXT NOT NULL,
	sealed      BYTES NOT NULL,
	made_at     BIGINT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('signing', 'retired', 'revoked')),
	ended_at    BIGINT
);

CREATE UNIQUE INDEX provider_key_signing ON provider_key (state) WHERE state = 'signing';

-- What is published, one row per advisory. shelf is '' for what the house issues
-- itself, else the id of the source that is mirrored. state 'held' says that it
-- should be published and why it cannot be.
CREATE TABLE provider_document (
	advisory_id TEXT PRIMARY KEY,
	revision_id TEXT NOT NULL,
	shelf       TEXT NOT NULL,
	tlp         INTEGER NOT NULL CHECK (tlp BETWEEN 0 AND 4),
	state       TEXT NOT NULL CHECK (state IN ('out', 'held')),
	why         TEXT NOT NULL,
	detail      TEXT NOT NULL,
	year        TEXT NOT NULL,
	name        TEXT NOT NULL,
	tracking    TEXT NOT NULL,
	title       TEXT NOT NULL,
	summary     TEXT NOT NULL,
	version     TEXT NOT NULL,
	categories  TEXT NOT NULL,
	current_at  BIGINT NOT NULL,
	entered_at  BIGINT NOT NULL,
	changed_at  BIGINT NOT NULL,
	sha256      TEXT NOT NULL,
	sha512      TEXT NOT NULL,
	signature   BYTES NOT NULL,
	signer      TEXT NOT NULL,
	own         INTEGER NOT NULL CHECK (own IN (0, 1))
);

CREATE UNIQUE INDEX provider_document_name ON provider_document (shelf, tlp, year, name) WHERE state = 'out';
CREATE INDEX provider_document_order ON provider_document (shelf, tlp, state, current_at, advisory_id);
CREATE INDEX provider_document_changed ON provider_document (changed_at, advisory_id);

-- A folder with its feed: tag is new after each change, for conditional requests.
CREATE TABLE provider_folder (
	shelf      TEXT NOT NULL,
	tlp        INTEGER NOT NULL CHECK (tlp BETWEEN 0 AND 4),
	tag        TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (shelf, tlp)
);
