package watch

import (
	"crypto/rand"
	"fmt"
	"strings"
)

// NewID chooses the id of a sensor: it says nothing of the hospital.
func NewID() string { return "s-" + strings.ToLower(rand.Text()[:16]) }

// Sample writes settings for a first run.
func (s *Settings) Sample() string {
	allow := ""
	if len(s.Centre.Allow) > 0 {
		allow = fmt.Sprintf("allow = [%q]\n", s.Centre.Allow[0])
	}
	return fmt.Sprintf(`# Settings of ward sensor; docs/sensor.md describes all of them.
sensor = %q
status = "127.0.0.1:9117"

# Names, accounts, patient and insurance numbers are taken out before anything leaves.
redact = true

[centre]
url = %q
token_file = %q
key = %q
%s
# true hands hits over; false keeps them in the spool until you say so
send = true

[limits]
cpus = 1
memory = "256M"
nice = 10
spool = "256M"

# What is read. Paths may hold * and ?; a folder stands for all files in it.
[[files]]
paths = ["/var/log/auth.log", "/var/log/syslog"]

#[[files]]
#paths = ["/var/log/suricata/eve.json", "/opt/zeek/logs/current"]

#[[files]]
#paths = ["/srv/eventlogs/*.evtx"]

#[journal]
#read = true

#[[syslog]]
#listen = "udp://0.0.0.0:5514"

# Lists and Sigma rules of your own, beside those of the Centre.
#[local]
#indicators = ["/etc/ward-sensor/own.csv"]
#rules = ["/etc/ward-sensor/rules"]
`, s.Sensor, s.Centre.URL, s.Centre.TokenFile, s.Centre.Key, allow)
}
