package version

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/osv-scalibr/semantic"

	"ward/format/pattern"
)

// MaxText is the longest version text that Parse reads, in bytes; the longest
// real one in CISA's corpus has 138.
const MaxText = 256

// Errors of Parse and ParseRange. The error that is returned wraps one of these
// and names the byte position where reading stopped.
var (
	// ErrEmpty: there is no text.
	ErrEmpty = errors.New("empty version text")
	// ErrTooLong: the text is longer than MaxText or MaxRange.
	ErrTooLong = errors.New("version text too long")
	// ErrUnreadable: the text has no shape that is known.
	ErrUnreadable = errors.New("unreadable version text")
)

// Scheme says by which rule a text was read.
type Scheme uint8

const (
	// None is the scheme of the zero Version, which compares with nothing.
	None Scheme = iota
	// Dotted: numbers and letters parted by dots, with service packs and the like.
	Dotted
	// Date: a day, a month or a year of release.
	Date
	// Letter: a release that begins with a letter ("B.06.18", "Rev. C").
	Letter
	// Decimal: Perl's decimal numbers (CPAN), where 1.7 is later than 1.65.
	Decimal
	// Ecosystem: the rules of a package ecosystem, after the purl type.
	Ecosystem
)

var schemeNames = [...]string{"none", "dotted", "date", "letter", "decimal", "ecosystem"}

// String gives the scheme's word for the evidence.
func (s Scheme) String() string {
	if int(s) >= len(schemeNames) {
		return "none"
	}
	return schemeNames[s]
}

// Version is one release that was read. The zero value is no version. It is
// immutable; use Compare.
type Version struct {
	text   string
	scheme Scheme
	label  string // leading word that belongs to the number: "bt" of "BT06"
	parts  []part
	quals  [qualCount]uint32 // value+1; zero means not written
	pre    uint32            // 1 alpha, 2 beta, 3 candidate, each times preStep plus its number; 0 is a release
	note   string            // what follows the version and is no part of it: "(end-of-life 2011)"
	eco    string
	sem    semantic.Version
}

// Text is the text as it was given to Parse.
func (v Version) Text() string { return v.text }

// Scheme tells by which rule the text was read.
func (v Version) Scheme() Scheme { return v.scheme }

// Rule names the reading for the evidence: the scheme, or the ecosystem.
func (v Version) Rule() string {
	if v.scheme == Ecosystem {
		return v.eco
	}
	return v.scheme.String()
}

// Note is the text after the version that was not taken as a part of it.
func (v Version) Note() string { return v.note }

// IsZero reports whether nothing was read.
func (v Version) IsZero() bool { return v.scheme == None }

// Several reports whether the text may speak of more devices than those with the
// version that was read: "3.2 and 2.1", "3.2 partly". A day is no version, nor is
// the hardware's revision.
func (v Version) Several() bool {
	if v.note == "" || strings.HasPrefix(v.note, "hw") || strings.HasPrefix(v.note, "hardware") {
		return false
	}
	return partly().MatchString(v.note) || slices.ContainsFunc(dotted().FindAllString(v.note, 8), func(s string) bool {
		_, day := parseDate(s)
		return !day
	})
}

var (
	// dotted finds a number with dots.
	dotted = pattern.Of(`\d+(?:\.\d+)+`)
	// partly finds that others have another version.
	partly = pattern.Of(`^(?:und|and|et|y|e|en|i|og|och|ja|oder|or|ou|ali|lub|oraz) (?:v|ver|version)?[. ]?\d|\b(?:teil|part|gemischt|mixed|z\.? ?t\.|some|einige|divers|versch|various|mehrere|several|meist|mostly)`)
)

// Parts is the number of parts before any service pack: 3 for "V2.1.4 SP1".
func (v Version) Parts() int { return len(v.parts) }

type kind uint8

const (
	number kind = iota // num
	letter             // text, lower case
	wild               // "x" or "*": any value
	span               // "3x": num times ten up to nine more, and num itself
	opaque             // a commit hash: equal or unknown
)

type part struct {
	kind  kind
	width uint8 // digits as written, for fixed-width decimals; of a letter: 1 if a figure follows at once
	num   uint64
	text  string
}

// The qualifiers after the numbers, in order of weight: "V4.7 SP4 HF2" is
// after "V4.7 SP1 HF9".
const (
	qualRelease = iota // R2, SR1: "2021 R2"
	qualPack           // SP, service pack, MP, MR, FP
	qualUpdate         // Update, Upd, U, CU
	qualFix            // HF, hotfix
	qualPatch          // patch, P
	qualBuild          // build
	qualCount
)

const preStep = 1 << 20

func unreadable(text string, at int) error {
	return fmt.Errorf("%w at byte %d: %.60q", ErrUnreadable, at, text)
}
