-- Links in mails by which a contact acknowledges one round of one alert without
-- a login. A row stays after its use, so that the link says what became of it.
CREATE TABLE alert_ack (
	digest TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the secret: a copy of the database opens nothing
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	round BIGINT NOT NULL,
	contact TEXT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at BIGINT
);
CREATE INDEX alert_ack_expires ON alert_ack (expires_at);

-- When an alert that nobody acknowledges goes one rung up. The row goes with the
-- last rung, or when somebody has acted.
CREATE TABLE alert_climb (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	round BIGINT NOT NULL,
	next_at BIGINT NOT NULL,
	PRIMARY KEY (issue, org)
) CLUSTERED;
CREATE INDEX alert_climb_next ON alert_climb (next_at);

-- The rungs that were climbed: each at most once for each round, by the key.
CREATE TABLE alert_step (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	round BIGINT NOT NULL,
	rung TEXT NOT NULL CHECK (rung IN ('management', 'duty_phone', 'call')),
	id TEXT NOT NULL, -- place in the alert's history
	at BIGINT NOT NULL,
	told BIGINT NOT NULL, -- contacts who get a mail by it
	PRIMARY KEY (issue, org, round, rung)
) CLUSTERED;

-- Minutes from the raising until a rung, by urgency; 0 means never. Rows of
-- country '' hold for the house, others for their country.
CREATE TABLE alert_ladder (
	country TEXT NOT NULL,
	urgency TEXT NOT NULL CHECK (urgency IN ('now', 'days', 'week', 'cycle')),
	rung TEXT NOT NULL CHECK (rung IN ('management', 'duty_phone', 'call')),
	minutes BIGINT NOT NULL,
	PRIMARY KEY (country, urgency, rung)
);

-- Whom a national CSIRT is to call.
CREATE TABLE alert_call (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	round BIGINT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
	listed_at BIGINT NOT NULL,
	next_at BIGINT NOT NULL,
	tries BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (issue, org)
) CLUSTERED;
CREATE INDEX alert_call_next ON alert_call (next_at, issue, org) WHERE state = 'open';

CREATE TABLE alert_call_try (
	id TEXT NOT NULL PRIMARY KEY,
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	at BIGINT NOT NULL,
	person TEXT NOT NULL,  -- who called, name at that time
	contact TEXT NOT NULL, -- who was called, name at that time
	result TEXT NOT NULL CHECK (result IN ('reached', 'no_answer', 'left_message', 'wrong_number')),
	note TEXT NOT NULL,
	next_at BIGINT
);
CREATE INDEX alert_call_try_alert ON alert_call_try (issue, org, id);

-- What a hospital has put aside without a remedy, for its CSIRT.
CREATE INDEX alert_aside ON alert (done_at) WHERE state IN ('not_applicable', 'risk_accepted');

-- Addresses by which feed readers and calendars fetch without signing in.
CREATE TABLE alert_feed (
	id TEXT NOT NULL PRIMARY KEY,
	digest TEXT NOT NULL UNIQUE, -- SHA-256 of the secret
	kind TEXT NOT NULL CHECK (kind IN ('organisation', 'person')),
	org TEXT NOT NULL,
	person TEXT NOT NULL, -- who made it; a person's feed ends with the person's role
	role TEXT NOT NULL,
	name TEXT NOT NULL,
	clearance BIGINT NOT NULL, -- narrowest TLP that may leave by it
	created_at BIGINT NOT NULL,
	used_at BIGINT
);
CREATE INDEX alert_feed_org ON alert_feed (org, id);

-- The newest change of each alert. seq is the number of the writing transaction,
-- given under a lock until its end: who has read up to a number has read all
-- before it. version counts the changes of the alert.
CREATE TABLE alert_change (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 0,
	at BIGINT NOT NULL,
	PRIMARY KEY (issue, org)
) CLUSTERED;
CREATE INDEX alert_change_seq ON alert_change (seq, issue, org);
INSERT INTO alert_change (issue, org, seq, at) SELECT issue, org, 1, updated_at FROM alert;
