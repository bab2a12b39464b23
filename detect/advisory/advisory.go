package advisory

import (
	"crypto/sha256"
	"strings"
	"time"

	"ward"
	"ward/kit/id"
)

// IDOf names the document of a publisher: a hash of namespace and tracking id
// in the form of a UUID version 8 (RFC 9562 section 5.8), so that the same
// document from two sources is one advisory without asking anybody. Scheme and
// host of the namespace count in lower case, without a slash at the end.
func IDOf(namespace, tracking string) ward.AdvisoryID {
	sum := sha256.Sum256([]byte(foldNamespace(namespace) + "\x00" + strings.TrimSpace(tracking)))
	var b [16]byte
	copy(b[:], sum[:])
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return ward.AdvisoryID(id.Format(b))
}

func foldNamespace(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return strings.ToLower(s)
	}
	host, path, _ := strings.Cut(rest, "/")
	s = strings.ToLower(scheme + "://" + host)
	if path != "" {
		s += "/" + path
	}
	return s
}

// Signature says how far the origin of a revision is proved.
type Signature string

// States of a signature. A wrong one is none of them: such a document is refused.
const (
	// Verified: an OpenPGP signature by a trusted key of the source.
	Verified Signature = "verified"
	// Unsigned: the source offers no signature of this document.
	Unsigned Signature = "unsigned"
	// Unchecked: a person brought the document.
	Unchecked Signature = "unchecked"
)

// Advisory is the row of a list: the newest revision's head and what signals add.
type Advisory struct {
	ward.AdvisoryHead
	Namespace  string
	Status     string // draft, interim, final
	Category   string // CSAF profile
	Lang       string // BCP 47 tag of the document, may be empty
	URL        string // human-readable page of the publisher, may be empty
	RevisionID string // row of the newest revision
	Initial    time.Time
	OwnScore   bool // the score is the document's own, not a CVE record's
	Read       bool // the asker has read this revision; set by List and Read

	own ward.Exploitation // what the document itself says; Exploited adds the catalogues
}

// Revision is one stored version of a document, without its bytes.
type Revision struct {
	ID        string
	Advisory  ward.AdvisoryID
	Version   string
	Published time.Time
	TLP       ward.TLP
	SHA256    string // hexadecimal
	Size      int64  // bytes of the document
	Source    string // id of the source
	Name      string // file name or URL that it came as
	Signature Signature
	Signer    string // fingerprint of the key, empty unless Verified
	// Silent: a revision with the same version number was here before, with other bytes.
	Silent    bool
	FetchedAt time.Time
	StoredAt  time.Time
	Newest    bool
}

// withdrawn reports whether a CSAF profile takes the document back (CSAF 2.1
// sections 4.6 and 4.7: withdrawn and superseded).
func withdrawn(category string) bool {
	return category == "csaf_withdrawn" || category == "csaf_superseded"
}
