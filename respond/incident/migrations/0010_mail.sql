-- Mails of jobs that write to several people: which may have left and which have, for
-- as long as the job may be tried again.
CREATE TABLE incident_mail (
	message TEXT NOT NULL,
	contact TEXT NOT NULL,
	at      BIGINT NOT NULL,
	sent    BIGINT NOT NULL DEFAULT 0, -- 1: taken over, or refused for good
	PRIMARY KEY (message, contact)
);
CREATE INDEX incident_mail_at ON incident_mail (at);
