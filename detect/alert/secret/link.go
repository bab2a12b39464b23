package secret

import (
	"time"

	"ward"
)

// linkLife is how long the link in a mail works. After it the CSIRT has called.
const linkLife = 14 * 24 * time.Hour

// linkKept is how long a link says that it has expired.
const linkKept = 30 * 24 * time.Hour

// Link is what the link in a mail acknowledges: one round of one alert, for one
// contact.
type Link struct {
	Issue, OrgNo, Round int64
	Contact             string
	Expires, Used       time.Time
}

// Dead is what an unknown, an expired and an overtaken link say: the same.
func Dead() error { return ward.Fail(ward.NotFound, "alert.error.ack_link") }
