-- The situational picture: one row for each report or incident of history. Marks
-- are pseudonyms (keyed hashes); no name of an organisation or person is here.
CREATE TABLE picture_case (
	mark            TEXT PRIMARY KEY, -- of the report
	org             TEXT NOT NULL,    -- mark of the organisation
	source          TEXT NOT NULL CHECK (source IN ('report', 'vcdb', 'hhs')),
	country         TEXT NOT NULL,
	day             BIGINT NOT NULL, -- days since 1970, UTC: aware, or first told
	sector          TEXT NOT NULL,
	reason          TEXT NOT NULL,
	cause           TEXT NOT NULL,
	family          TEXT NOT NULL,
	impact          TEXT NOT NULL,
	supplier        TEXT NOT NULL, -- mark
	services        TEXT NOT NULL, -- blanks between
	signs           TEXT NOT NULL, -- blanks between
	aware_at        BIGINT,
	early_at        BIGINT,
	notification_at BIGINT,
	final_at        BIGINT,
	told_at         BIGINT NOT NULL, -- of the sending that the row says
	told            TEXT NOT NULL,   -- its id
	known_at        BIGINT NOT NULL, -- when the picture first knew of it
	born            BIGINT NOT NULL, -- serial at which it came
	serial          BIGINT NOT NULL  -- of its last change
);
CREATE INDEX picture_case_serial ON picture_case (serial);
CREATE INDEX picture_case_supplier ON picture_case (supplier, country, org);

-- Events that were folded in: each counts once.
CREATE TABLE picture_heard (
	event TEXT PRIMARY KEY
);

-- The number of the last change, and up to which one the cover reaches.
CREATE TABLE picture_pace (
	one    BIGINT PRIMARY KEY CHECK (one = 1),
	serial BIGINT NOT NULL,
	cut    BIGINT NOT NULL
);
INSERT INTO picture_pace (one, serial, cut) VALUES (1, 0, 0);

-- Names of suppliers, once several hospitals in several countries wrote the same.
CREATE TABLE picture_supplier (
	mark TEXT PRIMARY KEY,
	name TEXT NOT NULL
);

-- What a Member State lets the Union see.
CREATE TABLE picture_sharing (
	country    TEXT PRIMARY KEY,
	rule       TEXT NOT NULL CHECK (rule IN ('nothing', 'covered', 'exact')),
	changed_at BIGINT NOT NULL
);

-- Different questions of a person in a day, where small numbers are covered.
CREATE TABLE picture_question (
	person TEXT NOT NULL,
	day    BIGINT NOT NULL,
	digest TEXT NOT NULL,
	PRIMARY KEY (person, day, digest)
);

-- Weekly situation reports and each version of their text.
CREATE TABLE picture_weekly (
	id           TEXT PRIMARY KEY,
	country      TEXT NOT NULL, -- empty: the Union
	week         BIGINT NOT NULL, -- its Monday, days since 1970
	state        TEXT NOT NULL CHECK (state IN ('draft', 'published')),
	version      BIGINT NOT NULL,
	published    BIGINT NOT NULL, -- version that readers see; 0 for none
	published_at BIGINT,
	UNIQUE (country, week)
);
CREATE TABLE picture_weekly_text (
	weekly  TEXT NOT NULL REFERENCES picture_weekly (id),
	version BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	person  TEXT NOT NULL, -- id; "" when the house drafted it
	lang    TEXT NOT NULL,
	body    TEXT NOT NULL,
	note    TEXT NOT NULL, -- why it was changed after publication
	PRIMARY KEY (weekly, version)
);
