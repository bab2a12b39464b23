-- What the newest revision says in each field that people filter and sort by: the
-- required fields of /document, its CVEs and its product tree (CSAF 2.0 section
-- 9.1.12). A value is bytes in lower case, made so that it sorts: numbers of
-- versions are padded, times are RFC 3339 in UTC. Derived from the document.
CREATE TABLE advisory_field (
	field       TEXT NOT NULL,
	value       BYTES NOT NULL,
	advisory_id TEXT NOT NULL REFERENCES advisory (id),
	PRIMARY KEY (field, value, advisory_id)
) CLUSTERED;

CREATE INDEX advisory_field_advisory ON advisory_field (advisory_id, field, value);
