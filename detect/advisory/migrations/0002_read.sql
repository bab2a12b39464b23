-- What a person has read: the revision that was the newest then, so that a later
-- one is unread again.
CREATE TABLE advisory_read (
	person_id   TEXT NOT NULL,
	advisory_id TEXT NOT NULL REFERENCES advisory (id),
	revision_id TEXT NOT NULL,
	read_at     BIGINT NOT NULL,
	PRIMARY KEY (person_id, advisory_id)
);
