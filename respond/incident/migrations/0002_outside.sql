-- Reports by people without an account: by the code of a printed card, or with a
-- number to call back. Until somebody who knows says that it is the hospital's,
-- such a report is unconfirmed; org is empty while nobody has found the hospital.
ALTER TABLE incident_report ADD COLUMN origin TEXT NOT NULL DEFAULT 'own' CHECK (origin IN ('own', 'card', 'call'));
ALTER TABLE incident_report ADD COLUMN trust TEXT NOT NULL DEFAULT '' CHECK (trust IN ('', 'unconfirmed', 'confirmed', 'disowned'));
ALTER TABLE incident_report ADD COLUMN settled_at BIGINT;
ALTER TABLE incident_report ADD COLUMN settled_by TEXT NOT NULL DEFAULT ''; -- name

-- Printed cards. Of a code its keyed hash is kept and nothing else.
CREATE TABLE incident_card (
	id         TEXT PRIMARY KEY,
	org        TEXT NOT NULL,
	country    TEXT NOT NULL,
	place      TEXT NOT NULL, -- where it hangs
	person     TEXT NOT NULL, -- name of who printed it
	digest     TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	revoked_at BIGINT
);
CREATE UNIQUE INDEX incident_card_digest ON incident_card (digest);
CREATE INDEX incident_card_org ON incident_card (org, id);

-- What came in without an account: the form that was sent, so that the same twice
-- is one report, and the digest of the link by which its sender sees it again.
CREATE TABLE incident_outside (
	report_id TEXT PRIMARY KEY REFERENCES incident_report (id),
	form      TEXT NOT NULL, -- digest
	link      TEXT NOT NULL, -- digest
	card      TEXT NOT NULL, -- empty without one
	at        BIGINT NOT NULL
);
CREATE UNIQUE INDEX incident_outside_form ON incident_outside (form);
CREATE UNIQUE INDEX incident_outside_link ON incident_outside (link);
CREATE INDEX incident_outside_card ON incident_outside (card, at);

-- Attempts of a day, by network (hashed, no address is kept), for all replicas.
CREATE TABLE incident_try (
	id     TEXT PRIMARY KEY,
	origin TEXT NOT NULL,
	filed  BIGINT NOT NULL, -- 1: a report came of it
	carded BIGINT NOT NULL, -- 1: with a card
	at     BIGINT NOT NULL
);
CREATE INDEX incident_try_origin ON incident_try (origin, at);
CREATE INDEX incident_try_at ON incident_try (at);
