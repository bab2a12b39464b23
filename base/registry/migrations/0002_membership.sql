-- Who asks to be taken in, and how it was decided.
CREATE TABLE registry_request (
	id         TEXT PRIMARY KEY,
	state      TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'refused')),
	kind       TEXT NOT NULL,
	name       TEXT NOT NULL,
	country    TEXT NOT NULL,
	city       TEXT NOT NULL,
	address    TEXT NOT NULL,
	website    TEXT NOT NULL,
	number     TEXT NOT NULL, -- in the register of its country
	evidence   TEXT NOT NULL, -- how it can be checked
	person     TEXT NOT NULL,
	email      TEXT NOT NULL,
	phone      TEXT NOT NULL,
	lang       TEXT NOT NULL,
	origin     TEXT NOT NULL, -- hash of the network that it came from, against floods
	receipt    TEXT NOT NULL, -- hash of the secret that shows its fate to whoever asked
	created_at BIGINT NOT NULL,
	decided_at BIGINT,
	decided_by TEXT NOT NULL,
	reason     TEXT NOT NULL,
	org        TEXT NOT NULL, -- what came of it, or empty
	told_at    BIGINT         -- when the mail with the decision was handed over
);
CREATE INDEX registry_request_state ON registry_request (state, country, id);
CREATE INDEX registry_request_origin ON registry_request (origin, created_at);
CREATE UNIQUE INDEX registry_request_receipt ON registry_request (receipt);

-- That somebody checked who an organisation is. Nothing but the reminder is
-- changed later; a new check is a new row.
CREATE TABLE registry_verification (
	id          TEXT PRIMARY KEY,
	org         TEXT NOT NULL REFERENCES registry_organisation (id),
	evidence    TEXT NOT NULL,
	reason      TEXT NOT NULL,
	person      TEXT NOT NULL,
	by_name     TEXT NOT NULL,
	created_at  BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	reminded_at BIGINT
);
CREATE INDEX registry_verification_org ON registry_verification (org, id);
CREATE INDEX registry_verification_expires ON registry_verification (expires_at);

-- Domains that an organisation says are its own. Alerts on one are shown after
-- the proof only.
CREATE TABLE registry_domain (
	id         TEXT PRIMARY KEY,
	org        TEXT NOT NULL REFERENCES registry_organisation (id),
	name       TEXT NOT NULL,
	token      TEXT NOT NULL, -- to be published; no secret
	state      TEXT NOT NULL CHECK (state IN ('open', 'proved', 'lapsed')),
	method     TEXT NOT NULL CHECK (method IN ('', 'dns', 'file')),
	created_at BIGINT NOT NULL,
	checked_at BIGINT,
	proved_at  BIGINT
);
CREATE UNIQUE INDEX registry_domain_once ON registry_domain (org, name);
CREATE INDEX registry_domain_state ON registry_domain (state, checked_at);

-- Groups: of one owner, whose managers act for all; to share information, or a
-- network of the people in charge. Only members know the members.
CREATE TABLE registry_group (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL CHECK (kind IN ('owner', 'sharing', 'network')),
	name       TEXT NOT NULL,
	purpose    TEXT NOT NULL,
	listed     INTEGER NOT NULL CHECK (listed IN (0, 1)), -- others see name and purpose and may ask to join
	created_at BIGINT NOT NULL
);

CREATE TABLE registry_membership (
	id        TEXT PRIMARY KEY,
	group_id  TEXT NOT NULL REFERENCES registry_group (id),
	org       TEXT NOT NULL REFERENCES registry_organisation (id),
	person    TEXT NOT NULL,                              -- who stands for it in the group
	act_for   INTEGER NOT NULL CHECK (act_for IN (0, 1)), -- the group's managers act for it
	joined_at BIGINT NOT NULL,
	left_at   BIGINT
);
CREATE INDEX registry_membership_org ON registry_membership (org);
CREATE UNIQUE INDEX registry_membership_once ON registry_membership (group_id, org) WHERE left_at IS NULL;

CREATE TABLE registry_group_manager (
	group_id TEXT NOT NULL REFERENCES registry_group (id),
	person   TEXT NOT NULL REFERENCES registry_person (id),
	PRIMARY KEY (group_id, person)
);
CREATE INDEX registry_group_manager_person ON registry_group_manager (person);

CREATE TABLE registry_group_invitation (
	hash       TEXT PRIMARY KEY,
	group_id   TEXT NOT NULL REFERENCES registry_group (id),
	expires_at BIGINT NOT NULL,
	used_at    BIGINT
);

-- An organisation asks to join a group.
CREATE TABLE registry_application (
	id         TEXT PRIMARY KEY,
	group_id   TEXT NOT NULL REFERENCES registry_group (id),
	org        TEXT NOT NULL REFERENCES registry_organisation (id),
	person     TEXT NOT NULL REFERENCES registry_person (id),
	message    TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'refused')),
	created_at BIGINT NOT NULL,
	decided_at BIGINT,
	decided_by TEXT NOT NULL,
	reason     TEXT NOT NULL
);
CREATE UNIQUE INDEX registry_application_once ON registry_application (group_id, org) WHERE state = 'open';
CREATE INDEX registry_application_org ON registry_application (org);

-- What an entity tells its authority on joining or leaving an arrangement to
-- share information (Directive (EU) 2022/2555 Art. 29(4)), and whether it did.
CREATE TABLE registry_notice (
	id          TEXT PRIMARY KEY,
	membership  TEXT NOT NULL REFERENCES registry_membership (id),
	org         TEXT NOT NULL REFERENCES registry_organisation (id),
	leaving     INTEGER NOT NULL CHECK (leaving IN (0, 1)),
	state       TEXT NOT NULL CHECK (state IN ('due', 'handed', 'received', 'outside', 'not_needed')),
	effect_at   BIGINT NOT NULL,
	handed_at   BIGINT,
	handed_by   TEXT NOT NULL,
	remark      TEXT NOT NULL, -- how it was sent outside, or why it is not needed
	received_at BIGINT,
	received_by TEXT NOT NULL
);
CREATE UNIQUE INDEX registry_notice_once ON registry_notice (membership, leaving);
CREATE INDEX registry_notice_org ON registry_notice (org);
CREATE INDEX registry_notice_state ON registry_notice (state);

-- A person acts for a colleague of the same organisation, with his role, in a span.
CREATE TABLE registry_deputy (
	id          TEXT PRIMARY KEY,
	affiliation TEXT NOT NULL REFERENCES registry_affiliation (id), -- of whom is acted for
	person      TEXT NOT NULL REFERENCES registry_person (id),      -- who acts
	begins_at   BIGINT NOT NULL,
	ends_at     BIGINT NOT NULL, -- the first moment after it
	created_at  BIGINT NOT NULL
);
CREATE INDEX registry_deputy_affiliation ON registry_deputy (affiliation);
CREATE INDEX registry_deputy_person ON registry_deputy (person);
