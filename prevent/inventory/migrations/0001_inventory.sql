-- Counters give dense numbers without gaps: whoever takes one holds the row until
-- the commit, so a lower number is never seen after a higher one.
CREATE TABLE inventory_counter (
	name  TEXT PRIMARY KEY,
	value BIGINT NOT NULL
);
INSERT INTO inventory_counter (name, value) VALUES ('identity', 0), ('version', 0), ('product', 0), ('change', 0);

-- The dictionary: what hospitals call their products, each text once for all of
-- Europe. Nothing in it is ever changed or deleted.
CREATE TABLE inventory_identity (
	id     INTEGER PRIMARY KEY,
	hash   TEXT NOT NULL UNIQUE,
	vendor TEXT NOT NULL,
	name   TEXT NOT NULL,
	model  TEXT NOT NULL,
	udi    TEXT NOT NULL,
	purl   TEXT NOT NULL,
	cpe    TEXT NOT NULL,
	search TEXT NOT NULL
);
CREATE TABLE inventory_version (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
);
CREATE TABLE inventory_product (
	id       INTEGER PRIMARY KEY,
	identity INTEGER NOT NULL,
	version  INTEGER NOT NULL,
	UNIQUE (identity, version)
);
-- Full pages of the table above, packed, so that a start reads millions of
-- products in a fraction of a second.
CREATE TABLE inventory_product_page (
	page INTEGER PRIMARY KEY,
	body BYTES NOT NULL
);

CREATE TABLE inventory_asset (
	id             TEXT PRIMARY KEY,
	org            TEXT NOT NULL,
	row_key        TEXT NOT NULL,
	row_id         TEXT NOT NULL,
	product        INTEGER NOT NULL,
	sbom           TEXT NOT NULL,
	serial         TEXT NOT NULL,
	quantity       INTEGER NOT NULL,
	site           TEXT NOT NULL,
	department     TEXT NOT NULL,
	service        TEXT NOT NULL,
	zone           TEXT NOT NULL,
	owner          TEXT NOT NULL,
	notes          TEXT NOT NULL,
	end_of_support TEXT NOT NULL,
	source         TEXT NOT NULL,
	created_at     BIGINT NOT NULL,
	updated_at     BIGINT NOT NULL,
	UNIQUE (org, row_key)
);
CREATE INDEX inventory_asset_list ON inventory_asset (org, id);
CREATE INDEX inventory_asset_product ON inventory_asset (org, product);
CREATE INDEX inventory_asset_sbom ON inventory_asset (sbom) WHERE sbom <> '';

-- One list of components may hang on many assets of its organisation.
CREATE TABLE inventory_sbom (
	id         TEXT PRIMARY KEY,
	org        TEXT NOT NULL,
	sha256     TEXT NOT NULL,
	format     TEXT NOT NULL,
	name       TEXT NOT NULL,
	components INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (org, sha256)
);
CREATE TABLE inventory_component (
	sbom    TEXT NOT NULL,
	product INTEGER NOT NULL,
	PRIMARY KEY (sbom, product)
);

-- What an organisation holds, compact: the source of the index in memory.
CREATE TABLE inventory_posting (
	org     TEXT PRIMARY KEY,
	change  BIGINT NOT NULL,
	assets  INTEGER NOT NULL,
	body    BYTES NOT NULL
);
CREATE INDEX inventory_posting_change ON inventory_posting (change);

CREATE TABLE inventory_import (
	id           TEXT PRIMARY KEY,
	org          TEXT NOT NULL,
	person       TEXT NOT NULL,
	person_name  TEXT NOT NULL,
	file         TEXT NOT NULL,
	format       TEXT NOT NULL CHECK (format IN ('sheet', 'cyclonedx', 'spdx')),
	bytes        BIGINT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('preview', 'waiting', 'running', 'done', 'failed', 'cancelled', 'expired')),
	mapping      TEXT NOT NULL,
	removing     INTEGER NOT NULL,
	total        INTEGER NOT NULL,
	progress     INTEGER NOT NULL,
	added        INTEGER NOT NULL,
	changed      INTEGER NOT NULL,
	removed      INTEGER NOT NULL,
	unchanged    INTEGER NOT NULL,
	report       TEXT NOT NULL,
	fail         TEXT NOT NULL,
	created_at   BIGINT NOT NULL,
	confirmed_at BIGINT,
	finished_at  BIGINT
);
CREATE INDEX inventory_import_list ON inventory_import (org, id);
CREATE INDEX inventory_import_state ON inventory_import (state, created_at);
CREATE TABLE inventory_upload (
	import TEXT NOT NULL,
	part   INTEGER NOT NULL,
	body   BYTES NOT NULL,
	PRIMARY KEY (import, part)
);
-- Rows of a running import wait here and become visible together.
CREATE TABLE inventory_staged (
	run            TEXT NOT NULL,
	n              INTEGER NOT NULL,
	drops          INTEGER NOT NULL,
	id             TEXT NOT NULL,
	row_key        TEXT NOT NULL,
	row_id         TEXT NOT NULL,
	product        INTEGER NOT NULL,
	sbom           TEXT NOT NULL,
	serial         TEXT NOT NULL,
	quantity       INTEGER NOT NULL,
	site           TEXT NOT NULL,
	department     TEXT NOT NULL,
	service        TEXT NOT NULL,
	zone           TEXT NOT NULL,
	owner          TEXT NOT NULL,
	notes          TEXT NOT NULL,
	end_of_support TEXT NOT NULL,
	PRIMARY KEY (run, n)
);
-- How an organisation's columns were read last time, by the names in the header.
CREATE TABLE inventory_mapping (
	org     TEXT NOT NULL,
	shape   TEXT NOT NULL,
	mapping TEXT NOT NULL,
	used_at BIGINT NOT NULL,
	PRIMARY KEY (org, shape)
);
