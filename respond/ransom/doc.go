// Package ransom keeps what a hospital was asked to pay and what it decided:
// paid, not paid, or still under decision, with the same form for all three. The
// questions follow the Australian Cyber Security Act 2024, Part 3, and the
// questions that the Commission's proposal COM(2026) 13 lets authorities ask.
//
// A record belongs to one incident and has its own circle: the manager names the
// people of the hospital who see it, and may leave himself out. They may give it
// to the country's response team, record by record. The Centre sees counts alone,
// small ones hidden. Each look is in the audit log and shown to the circle. What
// limits the use of a record, and how sure that is, stands on everything that
// leaves this room (data/limit.toml).
//
// Answers lie sealed with a key of their own. Asks: Incidents (whose incident it
// is) and Registry (who works in the hospital). Tells ward.RansomShared.
package ransom
