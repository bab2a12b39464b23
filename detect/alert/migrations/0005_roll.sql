-- The first alerts of an issue that concerns many, packed into one row: durable
-- at once, then written out as rows of alert in batches. See roll.go.
CREATE TABLE alert_roll (
	issue BIGINT NOT NULL PRIMARY KEY,
	why TEXT NOT NULL,
	raised_at BIGINT NOT NULL,
	due_at BIGINT,
	written BIGINT NOT NULL DEFAULT 0, -- organisations that have their row
	body BYTES NOT NULL
);
