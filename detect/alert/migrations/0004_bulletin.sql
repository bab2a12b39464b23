-- Whom the Centre addresses in one of its own alerts has an alert whatever it
-- holds; and what an advisory tells its readers is compared by a fingerprint.
ALTER TABLE alert ADD COLUMN addressed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert_issue_advisory ADD COLUMN said TEXT NOT NULL DEFAULT '';
