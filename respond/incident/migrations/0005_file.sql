-- Files that a hospital adds to a report. Name, kind, digest and bytes lie sealed,
-- the bytes in parts; what stands open is what bounds need. They go with the report.
CREATE TABLE incident_file (
	id        TEXT PRIMARY KEY,
	report_id TEXT NOT NULL REFERENCES incident_report (id) ON DELETE CASCADE,
	org       TEXT NOT NULL,
	at        BIGINT NOT NULL,
	person    TEXT NOT NULL, -- name
	size      BIGINT NOT NULL, -- bytes
	sealed    BYTES NOT NULL
);
CREATE INDEX incident_file_of ON incident_file (report_id, id);
CREATE INDEX incident_file_org ON incident_file (org);

CREATE TABLE incident_file_part (
	file_id TEXT NOT NULL REFERENCES incident_file (id) ON DELETE CASCADE,
	number  BIGINT NOT NULL, -- from 0
	sealed  BYTES NOT NULL,
	PRIMARY KEY (file_id, number)
);
