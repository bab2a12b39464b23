-- How the team of the country got a report that it put in itself; empty for all
-- other reports, of which origin says it.
ALTER TABLE incident_report ADD COLUMN entered TEXT NOT NULL DEFAULT '' CHECK (entered IN ('', 'form', 'table', 'letter'));

-- What reached the team in another way: each stage once, by its bytes and by the
-- sender's own number. A letter is kept as it came, sealed.
CREATE TABLE incident_intake (
	id          TEXT PRIMARY KEY,
	report_id   TEXT NOT NULL REFERENCES incident_report (id),
	country     TEXT NOT NULL,
	whose       TEXT NOT NULL, -- the organisation's id, or its folded name
	reference   TEXT NOT NULL, -- the sender's number; empty without one
	stage       TEXT NOT NULL,
	digest      TEXT NOT NULL, -- keyed
	received_at BIGINT NOT NULL,
	entered_at  BIGINT NOT NULL,
	person      TEXT NOT NULL, -- name of who put it in
	sealed      BYTES NOT NULL -- empty for what is no letter
);
CREATE UNIQUE INDEX incident_intake_digest ON incident_intake (country, digest);
CREATE UNIQUE INDEX incident_intake_reference ON incident_intake (country, whose, reference, stage) WHERE reference <> '';
CREATE INDEX incident_intake_report ON incident_intake (report_id);
