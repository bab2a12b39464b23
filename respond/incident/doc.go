// Package incident is the room of the incident report: one record, told once,
// from which every legal clock and receiver follows (NIS2 Art. 23 and 30, GDPR
// Art. 33, CER Art. 15 and what a country adds).
//
// The law lies in data files (respond/incident/data) and is asked through
// format/rule; this package never names a deadline. A report is one set of
// answers by the ids of the field catalogue. Each stage (early warning,
// notification, intermediate, progress, final) is filled from what is known and
// sent in one transaction: answers as they stand, deadlines, deliveries, audit
// and the fact IncidentReported. Until then nothing leaves the hospital: the
// team that receives reports has a permission of its own, which no draft knows.
//
// Answers and messages lie sealed with a key that is not in the database. Each
// look of an authority at a report is in the audit log, and the hospital sees it.
//
// It tells IncidentReported and hears RansomShared. It asks the registry what the
// organisation is, whom it is reached by, and whether its country's team works here.
package incident
