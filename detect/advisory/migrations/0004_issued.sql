-- The detached signature that came with a revision and was verified, so that the
-- document can be passed on with it (CSAF 2.0 section 7.2.5).
CREATE TABLE advisory_signature (
	revision_id TEXT PRIMARY KEY REFERENCES advisory_revision (id),
	armored     BYTES NOT NULL
);

-- Who stands behind a source, from its provider-metadata.json.
CREATE TABLE advisory_party (
	source_id  TEXT PRIMARY KEY REFERENCES advisory_source (id),
	url        TEXT NOT NULL,
	list       INTEGER NOT NULL CHECK (list IN (0, 1)),
	mirror     INTEGER NOT NULL CHECK (mirror IN (0, 1)),
	category   TEXT NOT NULL,
	name       TEXT NOT NULL,
	namespace  TEXT NOT NULL,
	contact    TEXT NOT NULL,
	authority  TEXT NOT NULL,
	updated_at BIGINT
);
