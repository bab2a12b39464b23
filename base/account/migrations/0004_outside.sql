-- Who somebody is at an outside issuer (OpenID Connect Core 1.0, 2): the pair of
-- issuer and subject, never the address, which may be given to somebody else.
CREATE TABLE account_outside (
	issuer    TEXT NOT NULL, -- its address, as it writes itself
	subject   TEXT NOT NULL,
	person    TEXT NOT NULL,
	mfa       INTEGER NOT NULL CHECK (mfa IN (0, 1)), -- the last sign-in had two factors there
	linked_at BIGINT NOT NULL,
	used_at   BIGINT,
	PRIMARY KEY (issuer, subject),
	UNIQUE (issuer, person)
);
CREATE INDEX account_outside_person ON account_outside (person);
