-- Organisations, their places, services, contacts and people. Unknown figures
-- are NULL: a figure that nobody gave is never read as zero.
CREATE TABLE registry_organisation (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL CHECK (kind IN ('hospital', 'practice', 'lab', 'care', 'ambulance', 'pharmacy', 'maker', 'csirt', 'authority', 'centre', 'other')),
	name       TEXT NOT NULL,
	sort_key   TEXT NOT NULL, -- folded name, the order of lists
	search     TEXT NOT NULL, -- folded name, city and region
	country    TEXT NOT NULL, -- empty for the Centre only
	region     TEXT NOT NULL,
	city       TEXT NOT NULL,
	address    TEXT NOT NULL,
	website    TEXT NOT NULL,
	legal      TEXT NOT NULL CHECK (legal IN ('', 'private', 'public_body', 'central', 'regional', 'local')),
	beds       BIGINT,
	headcount  BIGINT,
	turnover   BIGINT, -- euro a year
	balance    BIGINT, -- euro
	source     TEXT NOT NULL, -- register that the record came from, empty when typed in here
	source_key TEXT NOT NULL, -- the record's key there
	version    BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX registry_organisation_source ON registry_organisation (source, source_key) WHERE source_key <> '';
CREATE INDEX registry_organisation_sort ON registry_organisation (sort_key, id);
CREATE INDEX registry_organisation_country ON registry_organisation (country, sort_key, id);

CREATE TABLE registry_site (
	id      TEXT PRIMARY KEY,
	org     TEXT NOT NULL REFERENCES registry_organisation (id),
	name    TEXT NOT NULL,
	address TEXT NOT NULL,
	city    TEXT NOT NULL,
	phone   TEXT NOT NULL
);
CREATE INDEX registry_site_org ON registry_site (org);

CREATE TABLE registry_service (
	org    TEXT NOT NULL REFERENCES registry_organisation (id),
	code   TEXT NOT NULL, -- of data/services.json
	outage BIGINT,        -- the organisation's own longest outage in minutes, NULL for the catalogue's
	PRIMARY KEY (org, code)
);

CREATE TABLE registry_person (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	email      TEXT NOT NULL, -- lower case; the sign-in name
	phone      TEXT NOT NULL,
	lang       TEXT NOT NULL,
	zone       TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX registry_person_email ON registry_person (email) WHERE email <> '';

CREATE TABLE registry_affiliation (
	id       TEXT PRIMARY KEY,
	person   TEXT NOT NULL REFERENCES registry_person (id),
	org      TEXT NOT NULL REFERENCES registry_organisation (id),
	role     TEXT NOT NULL CHECK (role IN ('hospital_member', 'hospital_manager', 'csirt_analyst', 'centre_analyst', 'maker', 'auditor', 'operator')),
	title    TEXT NOT NULL,
	began_at BIGINT NOT NULL,
	ended_at BIGINT
);
CREATE INDEX registry_affiliation_person ON registry_affiliation (person);
CREATE INDEX registry_affiliation_org ON registry_affiliation (org);
CREATE UNIQUE INDEX registry_affiliation_once ON registry_affiliation (person, org) WHERE ended_at IS NULL;

CREATE TABLE registry_contact (
	id     TEXT PRIMARY KEY,
	org    TEXT NOT NULL REFERENCES registry_organisation (id),
	person TEXT REFERENCES registry_person (id), -- NULL for a contact without a login
	duty   TEXT NOT NULL CHECK (duty IN ('it', 'devices', 'management', 'duty_phone')),
	name   TEXT NOT NULL, -- the four below are the person's own where there is one
	email  TEXT NOT NULL,
	phone  TEXT NOT NULL,
	lang   TEXT NOT NULL
);
CREATE INDEX registry_contact_org ON registry_contact (org);

-- One row once the house has its first operator, so that two replicas that
-- start together make one.
CREATE TABLE registry_founding (
	place  TEXT PRIMARY KEY CHECK (place = 'it'),
	person TEXT NOT NULL
);
