-- An issue may be what sensors see instead of what advisories say: the id of an
-- indicator or rule. Its alerts are for the hospital and its national team alone.
ALTER TABLE alert_issue ADD COLUMN sighted TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX alert_issue_sighted ON alert_issue (sighted) WHERE sighted <> '';
