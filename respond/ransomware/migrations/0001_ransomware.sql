-- Ways to get files back without paying: who offers them, and under which conditions.
CREATE TABLE ransomware_decryptor (
	id          TEXT PRIMARY KEY,
	family      TEXT NOT NULL, -- name as it is compared
	name        TEXT NOT NULL, -- of the family, as it is shown
	maker       TEXT NOT NULL,
	conditions  TEXT NOT NULL, -- which builds, keys, dates; what is needed
	source      TEXT NOT NULL, -- https address of the maker's page
	sha256      TEXT NOT NULL, -- of the tool, hexadecimal; empty when the maker names none
	signature   TEXT NOT NULL CHECK (signature IN ('unknown', 'none', 'seen', 'checked')),
	state       TEXT NOT NULL CHECK (state IN ('proposed', 'released', 'withdrawn')),
	author      TEXT NOT NULL, -- person
	author_name TEXT NOT NULL,
	releaser    TEXT NOT NULL DEFAULT '', -- name of the second person
	reason      TEXT NOT NULL DEFAULT '', -- of the withdrawal
	proposed_at BIGINT NOT NULL,
	released_at BIGINT,
	updated_at  BIGINT NOT NULL
);
CREATE INDEX ransomware_decryptor_family ON ransomware_decryptor (family, state);

-- "Tell me when a decryptor appears": kept for years, until somebody ends it.
CREATE TABLE ransomware_watch (
	id         TEXT PRIMARY KEY,
	org        TEXT NOT NULL,
	family     TEXT NOT NULL,
	name       TEXT NOT NULL,
	reference  TEXT NOT NULL, -- the organisation's own word for the case
	person     TEXT NOT NULL, -- name of who left word
	created_at BIGINT NOT NULL,
	ended_at   BIGINT
);
CREATE UNIQUE INDEX ransomware_watch_once ON ransomware_watch (org, family, reference) WHERE ended_at IS NULL;
CREATE INDEX ransomware_watch_family ON ransomware_watch (family, id) WHERE ended_at IS NULL;

-- Which word was kept: one row for each watch and decryptor, so none is told twice.
CREATE TABLE ransomware_told (
	watch     TEXT NOT NULL,
	decryptor TEXT NOT NULL,
	told_at   BIGINT NOT NULL,
	PRIMARY KEY (watch, decryptor)
) CLUSTERED;
