// Package provider hands CSAF documents on to other people's clients. It makes
// the house a trusted provider (CSAF 2.0 section 7.2.3) for the advisories that
// it issues itself, and a lister or aggregator (7.2.4, 7.2.5) for those of the
// makers that it reads, where they allow it.
//
// Heard: ward.AdvisoryPublished. Told: nothing. Asked of detect/advisory: what
// is there (Issued, Stock), the bytes (Document), and who stands behind the
// sources (Parties).
//
// What the house issues is what its own people brought under its own namespace,
// is no draft and passes the mandatory tests; anything else of it is held back
// and shown with the reason. Mirrored documents are kept byte for byte with the
// signature that they came with; where there was none the house signs.
//
// TLP decides who reads: CLEAR everybody, the rest who has the clearance, by the
// same guard as everywhere. To others such a document does not exist.
package provider
