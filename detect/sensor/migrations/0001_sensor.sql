-- What is given to sensors, by who keeps it.
CREATE TABLE sensor_collection (
	id           TEXT PRIMARY KEY,
	org          TEXT NOT NULL, -- who keeps it
	country      TEXT NOT NULL, -- for whom; empty for everybody
	title        TEXT NOT NULL,
	summary      TEXT NOT NULL,
	advice       TEXT NOT NULL,
	source       TEXT NOT NULL,
	lang         TEXT NOT NULL,
	tlp          BIGINT NOT NULL,
	severity     BIGINT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'published', 'withdrawn')),
	edit         BIGINT NOT NULL,
	reason       TEXT NOT NULL DEFAULT '',
	updated_at   BIGINT NOT NULL,
	published_at BIGINT
);
CREATE INDEX sensor_collection_state ON sensor_collection (state, updated_at);

-- Who wrote on it since it was last a draft: in the Centre none of them publishes it.
CREATE TABLE sensor_hand (
	collection TEXT NOT NULL REFERENCES sensor_collection (id),
	person     TEXT NOT NULL,
	PRIMARY KEY (collection, person)
);

CREATE TABLE sensor_item (
	id         TEXT PRIMARY KEY, -- the subject of sightings
	collection TEXT NOT NULL REFERENCES sensor_collection (id),
	kind       TEXT NOT NULL CHECK (kind IN ('indicator', 'rule', 'harmless')),
	type       TEXT NOT NULL,
	value      TEXT NOT NULL, -- canonical; of a rule its id
	covers     BIGINT NOT NULL DEFAULT 0,
	ref        TEXT NOT NULL DEFAULT '',
	title      TEXT NOT NULL DEFAULT '', -- of a rule, as the next ones
	level      TEXT NOT NULL DEFAULT '',
	author     TEXT NOT NULL DEFAULT '',
	yaml       TEXT NOT NULL DEFAULT '',
	about      TEXT NOT NULL, -- hash of kind, type and value: the same in every collection
	UNIQUE (collection, about)
);
CREATE INDEX sensor_item_about ON sensor_item (about);

-- What sensors saw, once for each organisation, thing seen, subject and hour.
CREATE TABLE sensor_hit (
	id          TEXT PRIMARY KEY,
	org         TEXT NOT NULL,
	country     TEXT NOT NULL,
	about       TEXT NOT NULL, -- as in sensor_item
	kind        TEXT NOT NULL CHECK (kind IN ('indicator', 'rule')),
	type        TEXT NOT NULL,
	value       TEXT NOT NULL,
	title       TEXT NOT NULL,
	level       TEXT NOT NULL,
	source      TEXT NOT NULL,
	item        TEXT NOT NULL DEFAULT '', -- of our content; empty for what the hospital looked for by itself
	subject     TEXT NOT NULL, -- the machine or account, without persons
	hour_at     BIGINT NOT NULL,
	first_at    BIGINT NOT NULL,
	last_at     BIGINT NOT NULL,
	count       BIGINT NOT NULL,
	sensor      TEXT NOT NULL,
	fields      TEXT NOT NULL, -- JSON, of the first
	redacted    BIGINT NOT NULL DEFAULT 0, -- places where we still found a person
	clock       TEXT NOT NULL DEFAULT '' CHECK (clock IN ('', 'future', 'old')),
	state       TEXT NOT NULL CHECK (state IN ('new', 'looking', 'confirmed', 'false_positive', 'closed')),
	received_at BIGINT NOT NULL,
	updated_at  BIGINT NOT NULL,
	UNIQUE (org, about, subject, hour_at)
);
CREATE INDEX sensor_hit_org ON sensor_hit (org, id);
CREATE INDEX sensor_hit_country ON sensor_hit (country, id);
CREATE INDEX sensor_hit_about ON sensor_hit (about, received_at);

CREATE TABLE sensor_hit_entry (
	id      TEXT PRIMARY KEY,
	hit     TEXT NOT NULL REFERENCES sensor_hit (id),
	at      BIGINT NOT NULL,
	person  TEXT NOT NULL, -- name at that time
	state   TEXT NOT NULL, -- where it was moved; empty for a comment alone
	comment TEXT NOT NULL
);
CREATE INDEX sensor_hit_entry_hit ON sensor_hit_entry (hit, id);

-- What hospitals say to the author of a rule or indicator. Nothing here names them.
CREATE TABLE sensor_feedback (
	id      TEXT PRIMARY KEY,
	hit     TEXT NOT NULL UNIQUE, -- a hit says it once; never shown
	item    TEXT NOT NULL,
	day_at  BIGINT NOT NULL, -- the day alone: an hour would say who was at work
	comment TEXT NOT NULL
);
CREATE INDEX sensor_feedback_item ON sensor_feedback (item, day_at);

-- Batches that were taken in, with their answers: one that comes again is answered alike.
CREATE TABLE sensor_batch (
	org    TEXT NOT NULL,
	sensor TEXT NOT NULL,
	batch  TEXT NOT NULL,
	at     BIGINT NOT NULL,
	answer TEXT NOT NULL, -- JSON
	PRIMARY KEY (org, sensor, batch)
);
CREATE INDEX sensor_batch_at ON sensor_batch (at);

CREATE TABLE sensor_sensor (
	org       TEXT NOT NULL,
	id        TEXT NOT NULL, -- as it calls itself
	country   TEXT NOT NULL,
	version   TEXT NOT NULL,
	first_at  BIGINT NOT NULL,
	last_at   BIGINT NOT NULL,
	hits      BIGINT NOT NULL DEFAULT 0,
	refused   BIGINT NOT NULL DEFAULT 0,
	counters  TEXT NOT NULL DEFAULT '{}', -- JSON: what it says of itself, numbers alone
	health_at BIGINT,
	PRIMARY KEY (org, id)
);
