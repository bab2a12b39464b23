package ward

import "time"

// Issued is the newest revision of an advisory as somebody who passes documents
// on sees it.
type Issued struct {
	Advisory  AdvisoryID
	Revision  string // id of the stored revision
	Namespace string // of the publisher, scheme and host in lower case, no slash at the end
	TLP       TLP
	Source    string // id of the source that it came from
	House     bool   // our own people brought it: no feed did
}

// IssuedDocument is a revision byte for byte.
type IssuedDocument struct {
	Body []byte
	// Signature is the detached OpenPGP signature that its source gave and that
	// was verified; empty where there was none.
	Signature []byte
	Signer    string // fingerprint of the key behind Signature
}

// IssuingParty is a publisher whose CSAF documents one of our sources brings, as
// its provider-metadata.json presents it (CSAF 2.0 section 7.1.7).
type IssuingParty struct {
	Source    string // id of the source
	URL       string // canonical_url
	Role      string // csaf_publisher, csaf_provider, csaf_trusted_provider
	List      bool   // list_on_CSAF_aggregators
	Mirror    bool   // mirror_on_CSAF_aggregators
	Category  string // of the publisher: vendor, coordinator …
	Name      string
	Namespace string
	Contact   string
	Authority string
	Updated   time.Time     // last_updated
	Every     time.Duration // how often its source is asked
	Keys      []OpenPGPKey  // that we trust
}

// OpenPGPKey is a public key.
type OpenPGPKey struct {
	Fingerprint string // hexadecimal, lower case
	Armored     string
}
