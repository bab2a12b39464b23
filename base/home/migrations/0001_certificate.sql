-- What an ACME authority gave this house, so that all replicas have it: account
-- key, certificates, and the answers to challenges under way. Each is sealed with
-- a key that is not in the database.
CREATE TABLE home_certificate (
	name       TEXT PRIMARY KEY,
	sealed     BYTES NOT NULL,
	changed_at BIGINT NOT NULL
);
