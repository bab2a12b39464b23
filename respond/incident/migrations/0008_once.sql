-- What the sender calls one sending: asked again, because the answer was lost on
-- its way, it gets the sending that is there.
ALTER TABLE incident_sending ADD COLUMN request TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX incident_sending_once ON incident_sending (report_id, request) WHERE request <> '';
