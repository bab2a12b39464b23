// Package receiver keeps the OpenPGP keys of the authorities that incident reports are
// mailed to. The authorities are those of the country packs. One person puts a key in,
// another one compares its fingerprint with the authority; only then mail is encrypted
// with it, on every replica.
package receiver
