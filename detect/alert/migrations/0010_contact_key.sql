-- OpenPGP keys of contacts without a login, given by who manages the channels.
-- A key holds for the address that it was given for.
CREATE TABLE alert_contact_key (
	contact TEXT NOT NULL PRIMARY KEY,
	org TEXT NOT NULL,
	email TEXT NOT NULL, -- lower case
	pgp_key BYTES NOT NULL,
	pgp_print TEXT NOT NULL,
	pgp_expires_at BIGINT,
	source TEXT NOT NULL CHECK (source IN ('given', 'wkd')),
	at BIGINT NOT NULL,
	person TEXT NOT NULL -- who gave it, name at that time
);
CREATE INDEX alert_contact_key_org ON alert_contact_key (org);
