-- Hits that are older than their indicator: a sensor's memory knew the value when
-- the list came. How many computers it names; 0 for what a line said since.
ALTER TABLE sensor_hit ADD COLUMN seen_before BIGINT NOT NULL DEFAULT 0;

-- When an alert was asked for because of this hit; none for the many of a list of which
-- many are seen at once.
ALTER TABLE sensor_hit ADD COLUMN told_at BIGINT;
CREATE INDEX sensor_hit_told ON sensor_hit (org, told_at) WHERE told_at IS NOT NULL;
