// Package urgent lets people report an incident without an account: by the code
// of a card that the hospital's manager printed, or with a number to call back.
//
// Whoever holds a card can report in the hospital's name and nothing more: he sees
// what he sent himself and no word of the hospital. The report is unconfirmed
// until the response team called a number of the registry, or the hospital's own
// people said that it is theirs; they can disown it. Attempts are counted by
// network, card and house in the database, for all replicas together.
package urgent
