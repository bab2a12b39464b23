-- Somebody of the hospital puts reminders off, for one round of one alert. A row
-- stays after its end: it is a line of the history, and so is the end.
CREATE TABLE alert_mute (
	id TEXT NOT NULL PRIMARY KEY,
	issue BIGINT NOT NULL,
	org BIGINT NOT NULL,
	round BIGINT NOT NULL,
	at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	person TEXT NOT NULL, -- name at that time
	role TEXT NOT NULL,
	reason TEXT NOT NULL,
	ended_at BIGINT,
	ended_id TEXT NOT NULL DEFAULT '', -- place of the end in the history
	ended_by TEXT NOT NULL DEFAULT '', -- name of who ended it; empty for the house
	ended_why TEXT NOT NULL DEFAULT '' CHECK (ended_why IN ('', 'time', 'person', 'answered', 'revised', 'exploited', 'graver', 'told'))
);
CREATE INDEX alert_mute_alert ON alert_mute (issue, org, id);
CREATE UNIQUE INDEX alert_mute_open ON alert_mute (issue, org) WHERE ended_at IS NULL;
CREATE INDEX alert_mute_until ON alert_mute (until_at) WHERE ended_at IS NULL;
