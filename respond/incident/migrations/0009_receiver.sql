-- OpenPGP keys of authorities: one that is used, and one that waits for somebody else
-- to compare its fingerprint with the authority.
CREATE TABLE incident_receiver_key (
	id          TEXT PRIMARY KEY,
	receiver    TEXT NOT NULL, -- country/authority of the country pack
	country     TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('waiting', 'used')),
	key         BYTES NOT NULL, -- public, as OpenPGP packets
	fingerprint TEXT NOT NULL,
	addresses   TEXT NOT NULL, -- that the key names, blanks between
	expires_at  BIGINT,
	put_by      TEXT NOT NULL, -- person
	put_name    TEXT NOT NULL,
	put_at      BIGINT NOT NULL,
	seen_name   TEXT NOT NULL DEFAULT '', -- who compared it
	seen_at     BIGINT
);
CREATE UNIQUE INDEX incident_receiver_key_one ON incident_receiver_key (receiver, state);
CREATE INDEX incident_receiver_key_country ON incident_receiver_key (country, receiver);

