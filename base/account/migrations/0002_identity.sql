-- When somebody whose role must have a second factor was first seen without one.
-- The row stays: whoever turns the factor off later gets no second time.
CREATE TABLE account_grace (
	person   TEXT PRIMARY KEY,
	began_at BIGINT NOT NULL
);
