-- Compiled catalogues of families: the one that every replica uses, and one that waits
-- for a person to look at what it would change. Versions only grow.
CREATE TABLE ransomware_catalogue (
	version   BIGINT PRIMARY KEY,
	state     TEXT NOT NULL CHECK (state IN ('waiting', 'used')),
	compiled  BYTES NOT NULL,
	sha256    TEXT NOT NULL,
	families  BIGINT NOT NULL,
	notes     BIGINT NOT NULL,
	put_name  TEXT NOT NULL,
	put_at    BIGINT NOT NULL,
	used_name TEXT NOT NULL DEFAULT '',
	used_at   BIGINT
);
CREATE UNIQUE INDEX ransomware_catalogue_one ON ransomware_catalogue (state);
