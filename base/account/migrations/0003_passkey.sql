-- Passkeys (WebAuthn Level 3). The record is the library's own JSON: public key,
-- counter, flags and what was attested; nothing in it opens anything.
CREATE TABLE account_passkey (
	id         TEXT PRIMARY KEY,
	person     TEXT NOT NULL,
	credential TEXT NOT NULL UNIQUE, -- SHA-256 of the credential's id: a key belongs to one person
	name       TEXT NOT NULL,
	record     TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at    BIGINT
);
CREATE INDEX account_passkey_person ON account_passkey (person);

-- Ceremonies that were completed. One that is under way is kept by the browser,
-- sealed, so that visitors write nothing; here stands that it cannot be repeated.
CREATE TABLE account_spent (
	hash       TEXT PRIMARY KEY,
	expires_at BIGINT NOT NULL
);
