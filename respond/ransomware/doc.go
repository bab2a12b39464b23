// Package ransomware helps after an attack: which family was it, is there a
// decryptor, and who tells me when one appears, years later.
//
// The page for visitors identifies notes and encrypted files in the browser: a
// file never reaches the house. The engine is format/ransom; its compiled
// catalogue goes to the browser, which comes to the same answer. Where scripts
// do not run, three short questions are sent instead and nothing of them is kept.
// The catalogue lies in the database, so that all replicas use the same; the Centre
// looks at another one before it takes its place.
//
// A decryptor is proposed by one person of the Centre and released by another
// (two-person release); the house names makers and addresses and hosts no file.
// A hospital leaves word for a case which family it was; when a decryptor for
// it is released, its contacts are written to, once for each.
//
// Asks: Registry (who is written to). Tells no facts.
package ransomware
