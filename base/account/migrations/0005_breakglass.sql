-- Printed codes for a house whose mail and directory are down. Of a code only a
-- hash under a key that is not in the database is stored.
CREATE TABLE account_sheet (
	id         TEXT PRIMARY KEY,
	org        TEXT NOT NULL,
	country    TEXT NOT NULL,
	place      TEXT NOT NULL, -- where the paper lies
	made_by    TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	revoked_at BIGINT
);
CREATE INDEX account_sheet_org ON account_sheet (org);

CREATE TABLE account_sheet_code (
	hash    TEXT PRIMARY KEY,
	sheet   TEXT NOT NULL REFERENCES account_sheet (id),
	number  INTEGER NOT NULL, -- as printed, from 1
	used_at BIGINT,
	person  TEXT NOT NULL, -- who said to be entering; empty until then
	address TEXT NOT NULL,
	UNIQUE (sheet, number)
);
CREATE INDEX account_sheet_code_used ON account_sheet_code (used_at);

-- The sheet that opened a session; empty for every other way in.
ALTER TABLE account_session ADD COLUMN sheet TEXT NOT NULL DEFAULT '';
