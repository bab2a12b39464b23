// Package alert is the early warning itself (action plan A15): one alert for
// each organisation and real-world issue, what it must do by when, who was
// reached and who has acted.
//
// It hears ward.AdvisoryPublished, ward.InventoryChanged, ward.DecisionMade and
// ward.OrganisationRegistered, and tells ward.AlertsRaised. It asks the advisories what they claim, the
// inventory who holds a product, and the registry whom to tell.
//
// An alert is raised in three steps, each durable before the next: the fact is
// heard (one job), the alerts of all organisations are written in one
// transaction, and deliveries are expanded from them in batches. A repeat of
// any step finds its work done, by keys and by the round of each alert. A
// matching that was overtaken by a newer one begins again, by turns.
//
// What stands beneath it knows nothing of it and is handed values: the rules in
// stand, marking, period, matchbook, roll, weakness and letter; with tables of their own
// reach, webhook, subscription, escalation and secret; and the board. Above it, pages
// and api call what it exports, and feed writes what private addresses bring.
//
// CSAF 2.0 clause 9.1.13, asset matching system: (1) and (6) Raise, Match and the
// facts; (2) Get and the advisories' pages; (3) and (7) Respond and
// Detail.Counts; (4) stand.Decide; (5) is the advisories'.
package alert
