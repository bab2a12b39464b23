-- What signs people in. Of every secret only the SHA-256 is stored, of a
-- password the argon2id hash; the TOTP secret is sealed with a key that is not
-- in the database.
CREATE TABLE account_password (
	person     TEXT PRIMARY KEY,
	hash       TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);

CREATE TABLE account_totp (
	person       TEXT PRIMARY KEY,
	secret       BYTES NOT NULL, -- nonce and AES-256-GCM, bound to the person
	confirmed_at BIGINT,         -- NULL until the first code was right
	step         BIGINT NOT NULL -- number of the last time step that was used: no code counts twice
);

CREATE TABLE account_hat (
	person TEXT PRIMARY KEY,
	hat    TEXT NOT NULL -- worn last
);

CREATE TABLE account_session (
	id         TEXT PRIMARY KEY,
	hash       TEXT NOT NULL UNIQUE,
	person     TEXT NOT NULL,
	hat        TEXT NOT NULL,
	mfa        INTEGER NOT NULL CHECK (mfa IN (0, 1)),
	device     TEXT NOT NULL,
	address    TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL, -- within five minutes
	expires_at BIGINT NOT NULL
);
CREATE INDEX account_session_person ON account_session (person);

-- A password that was right, waiting for the second factor. It opens nothing.
CREATE TABLE account_challenge (
	hash       TEXT PRIMARY KEY,
	person     TEXT NOT NULL,
	next       TEXT NOT NULL,
	expires_at BIGINT NOT NULL
);

CREATE TABLE account_link (
	hash       TEXT PRIMARY KEY,
	person     TEXT NOT NULL,
	purpose    TEXT NOT NULL CHECK (purpose IN ('enter', 'password')),
	drop_totp  INTEGER NOT NULL CHECK (drop_totp IN (0, 1)),
	reusable   INTEGER NOT NULL CHECK (reusable IN (0, 1)), -- training only
	next       TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at    BIGINT
);
CREATE INDEX account_link_person ON account_link (person);

CREATE TABLE account_token (
	id         TEXT PRIMARY KEY,
	hash       TEXT NOT NULL UNIQUE,
	person     TEXT NOT NULL,
	hat        TEXT NOT NULL,
	name       TEXT NOT NULL,
	scopes     TEXT NOT NULL, -- JSON list of permissions
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at    BIGINT
);
CREATE INDEX account_token_person ON account_token (person);

-- Counted attempts, shared by all replicas. The name is a hash: addresses of
-- people are not kept in clear.
CREATE TABLE account_throttle (
	name     TEXT PRIMARY KEY,
	attempts BIGINT NOT NULL,
	last_at  BIGINT NOT NULL,
	until_at BIGINT NOT NULL
);
