-- A deleted advisory keeps its head as a tombstone: number, title and marking, so
-- that alerts that speak of it still name it and no source brings it back
-- silently. Its documents, claims and search words are gone.
ALTER TABLE advisory ADD COLUMN deleted_at BIGINT;
ALTER TABLE advisory ADD COLUMN deleted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE advisory ADD COLUMN deleted_name TEXT NOT NULL DEFAULT '';
ALTER TABLE advisory ADD COLUMN deleted_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE advisory ADD COLUMN barred INTEGER NOT NULL DEFAULT 0 CHECK (barred IN (0, 1));
CREATE INDEX advisory_deleted ON advisory (deleted_at, id) WHERE deleted_at IS NOT NULL;
