-- What a response team forwarded to another team, or to the Centre: a copy of what
-- it let leave, sealed. Who receives it reads this row and nothing of the report.
CREATE TABLE incident_forward (
	id        TEXT PRIMARY KEY,
	report_id TEXT NOT NULL REFERENCES incident_report (id),
	sending   TEXT NOT NULL, -- stage of the report that was copied
	home      TEXT NOT NULL, -- country of the report
	sender    TEXT NOT NULL, -- name of the team
	person    TEXT NOT NULL, -- name of who forwarded
	to_org    TEXT NOT NULL,
	to_name   TEXT NOT NULL,
	to_land   TEXT NOT NULL, -- empty: the Centre
	tlp       TEXT NOT NULL CHECK (tlp IN ('AMBER', 'GREEN', 'CLEAR')), -- what is narrower does not leave
	care      BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	read_at   BIGINT,
	sealed    BYTES NOT NULL
);
CREATE INDEX incident_forward_to ON incident_forward (to_org, id);
CREATE INDEX incident_forward_of ON incident_forward (report_id, id);
