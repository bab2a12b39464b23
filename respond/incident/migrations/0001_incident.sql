-- Incident reports. What was answered and written lies sealed with a key that is
-- not in the database; what stands open is what lists, clocks and rights need.
CREATE TABLE incident_report (
	id          TEXT PRIMARY KEY,
	number      TEXT NOT NULL, -- INC-YYYY-NNNN
	org         TEXT NOT NULL,
	org_name    TEXT NOT NULL, -- at the time of the last save
	country     TEXT NOT NULL,
	reason      TEXT NOT NULL CHECK (reason IN ('significant', 'near_miss', 'threat', 'voluntary')),
	state       TEXT NOT NULL CHECK (state IN ('draft', 'reported', 'acknowledged', 'closed')),
	version     BIGINT NOT NULL, -- of the answers
	opened_at   BIGINT NOT NULL,
	saved_at    BIGINT NOT NULL,
	saved_by    TEXT NOT NULL,
	first_at    BIGINT, -- first stage sent
	answered_at BIGINT, -- first answer of the team
	answer_by   BIGINT, -- the team's own clock (NIS2 Art. 23(5))
	crosses     BIGINT NOT NULL DEFAULT 0, -- another Member State may be concerned
	care        BIGINT NOT NULL DEFAULT 0, -- care of patients is hit
	asked_until BIGINT -- when the team wants an intermediate report
);
CREATE UNIQUE INDEX incident_report_number ON incident_report (number);
CREATE INDEX incident_report_org ON incident_report (org, id);
CREATE INDEX incident_report_country ON incident_report (country, state, answer_by);

-- All answers as each save left them: the base of merging, what each stage sent,
-- and the history of the draft.
CREATE TABLE incident_version (
	report_id TEXT NOT NULL REFERENCES incident_report (id),
	version   BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	person    TEXT NOT NULL, -- name
	sealed    BYTES NOT NULL,
	PRIMARY KEY (report_id, version)
);

CREATE TABLE incident_sending (
	id        TEXT PRIMARY KEY,
	report_id TEXT NOT NULL REFERENCES incident_report (id),
	stage     TEXT NOT NULL CHECK (stage IN ('early', 'notification', 'intermediate', 'progress', 'final')),
	version   BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	person    TEXT NOT NULL,
	receipt   TEXT NOT NULL -- signed
);
CREATE INDEX incident_sending_of ON incident_sending (report_id, id);

CREATE TABLE incident_delivery (
	id         TEXT PRIMARY KEY,
	sending_id TEXT NOT NULL REFERENCES incident_sending (id),
	report_id  TEXT NOT NULL REFERENCES incident_report (id),
	receiver   TEXT NOT NULL, -- country/authority
	role       TEXT NOT NULL,
	name       TEXT NOT NULL,
	title      TEXT NOT NULL,
	way        TEXT NOT NULL CHECK (way IN ('platform', 'mail', 'portal', 'file')),
	portal     TEXT NOT NULL,
	email      TEXT NOT NULL,
	lang       TEXT NOT NULL,
	duties     TEXT NOT NULL, -- blanks between
	confidence TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
	at         BIGINT,
	tries      BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX incident_delivery_once ON incident_delivery (sending_id, receiver);
CREATE INDEX incident_delivery_of ON incident_delivery (report_id, id);

-- Duties that a person said to be fulfilled in another way.
CREATE TABLE incident_mark (
	report_id TEXT NOT NULL REFERENCES incident_report (id),
	duty      TEXT NOT NULL,
	at        BIGINT NOT NULL,
	person    TEXT NOT NULL,
	PRIMARY KEY (report_id, duty)
);

-- Deadlines that run now, made anew with each save and sending.
CREATE TABLE incident_deadline (
	report_id   TEXT NOT NULL REFERENCES incident_report (id),
	duty        TEXT NOT NULL,
	stage       TEXT NOT NULL,
	due_at      BIGINT NOT NULL,
	provisional BIGINT NOT NULL,
	reminded    BIGINT NOT NULL DEFAULT 0, -- 1 before the end, 2 after it
	PRIMARY KEY (report_id, duty)
);
CREATE INDEX incident_deadline_due ON incident_deadline (due_at);

CREATE TABLE incident_message (
	id        TEXT PRIMARY KEY,
	report_id TEXT NOT NULL REFERENCES incident_report (id),
	at        BIGINT NOT NULL,
	side      TEXT NOT NULL CHECK (side IN ('hospital', 'team')),
	person    TEXT NOT NULL,
	asks      BIGINT NOT NULL DEFAULT 0,
	sealed    BYTES NOT NULL
);
CREATE INDEX incident_message_of ON incident_message (report_id, id);

CREATE TABLE incident_entry (
	id        TEXT PRIMARY KEY,
	report_id TEXT NOT NULL REFERENCES incident_report (id),
	at        BIGINT NOT NULL,
	person    TEXT NOT NULL, -- empty for the house
	kind      TEXT NOT NULL,
	detail    TEXT NOT NULL  -- a word, a time or a duty; of a changed base also why
);
CREATE INDEX incident_entry_of ON incident_entry (report_id, id);

-- The last number of each year: one row to lock, so that none is left out.
CREATE TABLE incident_year (
	year BIGINT PRIMARY KEY,
	last BIGINT NOT NULL
);
