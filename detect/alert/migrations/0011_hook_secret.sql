-- A webhook's secret can be changed without a gap: calls are signed with the
-- former one too, until a time (Standard Webhooks 1.0, "Signature scheme").
ALTER TABLE alert_webhook ADD COLUMN former TEXT NOT NULL DEFAULT ''; -- as secret, sealed
ALTER TABLE alert_webhook ADD COLUMN former_until BIGINT;
