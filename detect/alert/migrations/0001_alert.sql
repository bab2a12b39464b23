-- Organisations by a small number, so that an alert's key is two integers and
-- 15,000 alerts are written in the time of one page.
CREATE TABLE alert_org (
	no SERIAL KEY,
	org TEXT NOT NULL UNIQUE,
	country TEXT NOT NULL
);

-- A real-world issue: one weakness or set of weaknesses, whoever reports it.
CREATE TABLE alert_issue (
	no SERIAL KEY,
	title TEXT NOT NULL,
	lang TEXT NOT NULL, -- of the title; empty when the document does not say
	severity BIGINT NOT NULL,
	score BIGINT NOT NULL, -- CVSS base score times ten
	exploited TEXT NOT NULL CHECK (exploited IN ('none', 'poc', 'exploited', 'ransomware')),
	tlp BIGINT NOT NULL,
	withdrawn BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);

CREATE INDEX alert_issue_updated ON alert_issue (updated_at);

-- The CVEs of the advisory that founded the issue; later ones join by them.
CREATE TABLE alert_issue_cve (
	cve TEXT NOT NULL,
	issue BIGINT NOT NULL REFERENCES alert_issue (no),
	PRIMARY KEY (cve, issue)
) CLUSTERED;

CREATE TABLE alert_issue_advisory (
	advisory TEXT NOT NULL PRIMARY KEY,
	issue BIGINT NOT NULL REFERENCES alert_issue (no),
	revision TEXT NOT NULL,
	published_at BIGINT,
	fetched_at BIGINT,
	stored_at BIGINT,
	matched_at BIGINT NOT NULL,
	turn BIGINT NOT NULL -- grows with each matching that is settled: an older one finds itself overtaken
);
CREATE INDEX alert_issue_advisory_issue ON alert_issue_advisory (issue);
CREATE INDEX alert_issue_advisory_turn ON alert_issue_advisory (turn);

-- The verdicts of each advisory on distinct product descriptions that concern
-- somebody, with their evidence, packed: see matchbook.go.
CREATE TABLE alert_matchbook (
	advisory TEXT NOT NULL PRIMARY KEY,
	reviews BIGINT NOT NULL,    -- verdicts that wait for a person
	changed_at BIGINT NOT NULL,
	body BYTES NOT NULL
);
CREATE INDEX alert_matchbook_review ON alert_matchbook (changed_at) WHERE reviews > 0;

-- No REFERENCES here: two look-ups a row would be a third of the time in which
-- 15,000 alerts are written; both numbers were read in the same transaction.
CREATE TABLE alert (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	-- 'new' stands alone first: it is what 15,000 rows at once hold, and IN costs them 20 ms.
	state TEXT NOT NULL DEFAULT 'new' CHECK (state = 'new' OR state IN
		('acknowledged', 'applicable', 'not_applicable', 'in_progress', 'done', 'risk_accepted', 'obsolete')),
	affected BIGINT NOT NULL,
	review BIGINT NOT NULL,
	due_at BIGINT,
	round BIGINT NOT NULL DEFAULT 1,    -- grows each time the organisation must be told again
	expanded BIGINT NOT NULL DEFAULT 0, -- the round whose deliveries are written
	why TEXT NOT NULL,                  -- why this round
	raised_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	acked_at BIGINT,
	done_at BIGINT,
	PRIMARY KEY (issue, org)
) CLUSTERED;
-- The inbox of an organisation: its alerts, written with their deliveries. An
-- index on alert itself would touch a page for each organisation while all of
-- them wait; here that is done in batches afterwards.
CREATE TABLE alert_inbox (
	org BIGINT NOT NULL,
	issue BIGINT NOT NULL,
	PRIMARY KEY (org, issue)
) CLUSTERED;
-- The lists of a country or of the Union: what is open, which is what has no time
-- of its end, the nearest due time first.
CREATE INDEX alert_open ON alert (due_at, issue, org) WHERE done_at IS NULL;

-- What a person said of single assets, for all CVEs ('') or one; without a row
-- the alert's own state counts.
CREATE TABLE alert_asset (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	asset TEXT NOT NULL,
	cve TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('applicable', 'not_applicable', 'in_progress', 'done', 'risk_accepted')),
	person TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (issue, org, asset, cve)
) CLUSTERED;

-- History and comments of an alert.
CREATE TABLE alert_entry (
	id TEXT NOT NULL PRIMARY KEY,
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('raised', 'state', 'assets', 'comment', 'due')),
	person TEXT NOT NULL,   -- name at that time; empty for the house
	detail TEXT NOT NULL,   -- JSON: from, to, reason, count
	comment TEXT NOT NULL
);
CREATE INDEX alert_entry_alert ON alert_entry (issue, org, id);

CREATE TABLE alert_delivery (
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	round BIGINT NOT NULL,
	channel TEXT NOT NULL CHECK (channel IN ('inbox', 'mail', 'webhook')),
	target TEXT NOT NULL, -- contact or webhook id; empty for the inbox
	state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'withheld')),
	attempts BIGINT NOT NULL DEFAULT 0,
	repeats BIGINT NOT NULL DEFAULT 0, -- times it may have been sent before and was sent again, marked
	queued_at BIGINT NOT NULL,
	started_at BIGINT,
	sent_at BIGINT,
	error TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (issue, org, round, channel, target)
) CLUSTERED;
CREATE INDEX alert_delivery_hook ON alert_delivery (target, queued_at) WHERE channel = 'webhook';

CREATE TABLE alert_webhook (
	id TEXT NOT NULL PRIMARY KEY,
	org TEXT NOT NULL,
	url TEXT NOT NULL,
	secret TEXT NOT NULL,
	clearance BIGINT NOT NULL, -- narrowest TLP that may leave by it
	state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
	failures BIGINT NOT NULL DEFAULT 0,
	last_at BIGINT,
	last_status TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL
);
CREATE INDEX alert_webhook_org ON alert_webhook (org, id);
