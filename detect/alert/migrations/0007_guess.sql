-- Wrong secrets of links and feeds, by the network that they came from, for all
-- replicas. The network is kept as a hash: nothing but counting needs it.
CREATE TABLE alert_guess (
	network TEXT NOT NULL PRIMARY KEY,
	wrong BIGINT NOT NULL,
	until_at BIGINT NOT NULL -- when the count begins again
);
CREATE INDEX alert_guess_until ON alert_guess (until_at);
