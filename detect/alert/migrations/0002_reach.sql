-- How a person is reached, as he said it. Without a row mail comes at once.
CREATE TABLE alert_reach (
	person TEXT NOT NULL PRIMARY KEY,
	every TEXT NOT NULL CHECK (every IN ('now', 'hourly', 'daily', 'weekly')),
	due_hour BIGINT NOT NULL,
	due_day BIGINT NOT NULL,     -- of the week, Sunday is 0
	quiet_from BIGINT NOT NULL,  -- minutes of the day; the same as quiet_until: none
	quiet_until BIGINT NOT NULL,
	urgent TEXT NOT NULL CHECK (urgent IN ('both', 'critical', 'exploited', 'never')),
	sms TEXT NOT NULL CHECK (sms IN ('never', 'urgent', 'always')),
	phone TEXT NOT NULL,         -- E.164, empty for none
	zone TEXT NOT NULL,          -- of the country in which it was said; the person's own wish goes before it
	pgp_key BYTES,               -- public key
	pgp_print TEXT NOT NULL DEFAULT '',
	pgp_expires_at BIGINT,
	since_at BIGINT,             -- the open digest period: its start
	next_at BIGINT,              -- and its end; NULL where mail comes at once
	changed_at BIGINT NOT NULL
);
CREATE INDEX alert_reach_next ON alert_reach (next_at, person) WHERE next_at IS NOT NULL;

-- One row for each person and period, written in the transaction that takes up
-- what it covers: by the key nobody gets two.
CREATE TABLE alert_digest (
	person TEXT NOT NULL,
	until_at BIGINT NOT NULL, -- end of the period; the next one begins with it
	from_at BIGINT NOT NULL,
	covered BIGINT NOT NULL,  -- deliveries
	state TEXT NOT NULL CHECK (state IN ('empty', 'queued', 'sending', 'sent', 'failed')),
	attempts BIGINT NOT NULL DEFAULT 0,
	repeats BIGINT NOT NULL DEFAULT 0,
	started_at BIGINT,
	sent_at BIGINT,
	error TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (person, until_at)
) CLUSTERED;
CREATE INDEX alert_digest_old ON alert_digest (until_at) WHERE state = 'empty';

-- Deliveries learn to wait and to go by SMS; a check cannot be changed in place.
CREATE TABLE alert_delivery_next (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	round BIGINT NOT NULL,
	channel TEXT NOT NULL CHECK (channel IN ('inbox', 'mail', 'sms', 'webhook')),
	target TEXT NOT NULL, -- contact or webhook id; empty for the inbox
	state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'sending', 'sent', 'failed', 'withheld')),
	attempts BIGINT NOT NULL DEFAULT 0,
	repeats BIGINT NOT NULL DEFAULT 0, -- times it may have been sent before and was sent again, marked
	queued_at BIGINT NOT NULL,
	started_at BIGINT,
	sent_at BIGINT,
	error TEXT NOT NULL DEFAULT '',
	person TEXT NOT NULL DEFAULT '',   -- of a contact with a login
	wait TEXT NOT NULL DEFAULT '' CHECK (wait IN ('', 'quiet', 'digest')), -- what it waited for, or waits
	until_at BIGINT,                   -- when that comes, as it was foreseen
	digest BIGINT,                     -- end of the period whose digest takes it along
	PRIMARY KEY (issue, org, round, channel, target)
) CLUSTERED;
INSERT INTO alert_delivery_next (issue, org, round, channel, target, state, attempts, repeats, queued_at, started_at, sent_at, error)
	SELECT issue, org, round, channel, target, state, attempts, repeats, queued_at, started_at, sent_at, error FROM alert_delivery;
DROP TABLE alert_delivery;
ALTER TABLE alert_delivery_next RENAME TO alert_delivery;
CREATE INDEX alert_delivery_hook ON alert_delivery (target, queued_at) WHERE channel = 'webhook';
CREATE INDEX alert_delivery_wait ON alert_delivery (until_at) WHERE state = 'waiting' AND digest IS NULL;
CREATE INDEX alert_delivery_digest ON alert_delivery (person, digest) WHERE wait = 'digest';
