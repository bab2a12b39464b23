-- Reports of one country that a team said to belong together; one is the earlier.
CREATE TABLE incident_link (
	one    TEXT NOT NULL REFERENCES incident_report (id),
	other  TEXT NOT NULL REFERENCES incident_report (id),
	kind   TEXT NOT NULL CHECK (kind IN ('related', 'duplicate')),
	person TEXT NOT NULL, -- name
	at     BIGINT NOT NULL,
	PRIMARY KEY (one, other)
);
CREATE INDEX incident_link_other ON incident_link (other);
CREATE INDEX incident_report_first ON incident_report (country, first_at);
