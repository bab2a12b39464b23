// Package sensor is the centre's side of detection on the hospitals' own logs:
// content goes out (indicators, Sigma rules, harmless values), hits come in. The
// logs stay where they are; ward scan and ward sensor (agent) read them there.
//
// It serves the action plan's Union-wide detection: a hospital pulls one signed
// bundle and returns the least that says what was seen. Content is kept by
// national CSIRTs, for their country, and by the Centre, for all; what the
// Centre gives out has been read by two people. Who gets which part follows
// country and marking, by the policies.
//
// Told: ward.SightingRecorded, in the transaction of the hit. Heard: nothing.
// Asked: the registry, of which country an organisation is. It answers Sighted
// (to the alerts).
//
// A hit belongs to its hospital. Its CSIRT sees it; the Centre and the authors
// of content see counts, suppressed where they are small (format/tally), and
// what hospitals say of false positives, without saying who. Persons are taken
// out of hits by the sensor and once more here (format/redact).
package sensor
