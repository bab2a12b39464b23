-- The log of who did what to which thing, in the order of seq without gaps.
CREATE TABLE audit_entry (
	seq            BIGINT PRIMARY KEY,
	at             BIGINT NOT NULL,
	person         TEXT NOT NULL,
	name           TEXT NOT NULL,
	org            TEXT NOT NULL,
	country        TEXT NOT NULL,
	role           TEXT NOT NULL,
	session        TEXT NOT NULL,
	action         TEXT NOT NULL,
	object_kind    TEXT NOT NULL,
	object_id      TEXT NOT NULL,
	object_org     TEXT NOT NULL,
	object_country TEXT NOT NULL,
	outcome        TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
	policy         TEXT NOT NULL,
	detail         TEXT NOT NULL
);
CREATE INDEX audit_entry_org ON audit_entry (org, seq);
CREATE INDEX audit_entry_object_org ON audit_entry (object_org, seq);
CREATE INDEX audit_entry_object ON audit_entry (object_kind, object_id, seq);

-- The hash tree over the entries, in the storage order of a transparency log.
CREATE TABLE audit_hash (
	position BIGINT PRIMARY KEY,
	hash     BYTES NOT NULL
);

-- The number of entries. Its row is locked by whoever appends.
CREATE TABLE audit_head (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	size BIGINT NOT NULL
);
INSERT INTO audit_head (one, size) VALUES (1, 0);

-- Signed states of the log.
CREATE TABLE audit_checkpoint (
	size BIGINT PRIMARY KEY,
	at   BIGINT NOT NULL,
	note TEXT NOT NULL
);
