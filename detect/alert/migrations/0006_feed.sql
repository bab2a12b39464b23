-- A person's feed follows one of his hats; every feed speaks one language, so
-- that its address gives the same bytes to whoever asks.
ALTER TABLE alert_feed ADD COLUMN hat TEXT NOT NULL DEFAULT '';
ALTER TABLE alert_feed ADD COLUMN lang TEXT NOT NULL DEFAULT 'en';
CREATE INDEX alert_feed_person ON alert_feed (person, id) WHERE kind = 'person';
