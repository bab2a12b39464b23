-- The address of a hospital's calendar of deadlines; of its secret a keyed hash.
CREATE TABLE incident_calendar (
	org     TEXT PRIMARY KEY,
	country TEXT NOT NULL,
	lang    TEXT NOT NULL,
	person  TEXT NOT NULL, -- name of who made it
	made_at BIGINT NOT NULL,
	digest  TEXT NOT NULL
);
CREATE UNIQUE INDEX incident_calendar_digest ON incident_calendar (digest);
