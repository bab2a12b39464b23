-- Ransom demands and payments. What was answered lies sealed, whether something
-- was paid included; what stands open is what rights need.
CREATE TABLE ransom_record (
	incident  TEXT PRIMARY KEY,
	number    TEXT NOT NULL, -- of the incident
	org       TEXT NOT NULL,
	org_name  TEXT NOT NULL,
	country   TEXT NOT NULL,
	version   BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	shared_at BIGINT, -- given to the country's team
	shared_by TEXT NOT NULL DEFAULT '' -- name
);
CREATE INDEX ransom_record_opened ON ransom_record (opened_at, incident);

-- All answers as each save left them.
CREATE TABLE ransom_version (
	incident TEXT NOT NULL REFERENCES ransom_record (incident),
	version  BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	person   TEXT NOT NULL, -- name
	sealed   BYTES NOT NULL,
	PRIMARY KEY (incident, version)
);

-- Who of the hospital sees a record.
CREATE TABLE ransom_circle (
	incident TEXT NOT NULL REFERENCES ransom_record (incident),
	person   TEXT NOT NULL,
	name     TEXT NOT NULL,
	named_by TEXT NOT NULL, -- name
	at       BIGINT NOT NULL,
	PRIMARY KEY (incident, person)
);
CREATE INDEX ransom_circle_person ON ransom_circle (person, incident);
