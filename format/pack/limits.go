package pack

import "errors"

// Limits bounds one walk. A zero field means its default.
type Limits struct {
	Entries int   // files and folders of all archives together; default 100,000
	File    int64 // bytes of one file, unpacked; default 256 MB
	Total   int64 // bytes unpacked in all, those of inner archives included; default 4 GB
	Ratio   int64 // unpacked bytes for each packed byte, beyond the first 8 MB; default 200 (JSON reaches 30)
	Depth   int   // archives inside archives; default 2, which is one in another
	Office  bool  // open office documents too, as the zips that they are
	Buffer  int64 // bytes of a zip that does not stand on a seekable file and must be held; default 64 MB
}

// slack is what may be unpacked whatever the ratio: small files of blanks pack
// extremely well.
const slack = 8 << 20

func (l Limits) withDefaults() Limits {
	set := func(field *int64, value int64) {
		if *field <= 0 {
			*field = value
		}
	}
	if l.Entries <= 0 {
		l.Entries = 100_000
	}
	if l.Depth <= 0 {
		l.Depth = 2
	}
	set(&l.File, 256<<20)
	set(&l.Total, 4<<30)
	set(&l.Ratio, 200)
	set(&l.Buffer, 64<<20)
	return l
}

// The kinds of refusal, for errors.Is.
var (
	ErrFormat      = errors.New("damaged")
	ErrUnsupported = errors.New("not supported")
	ErrTooMany     = errors.New("too many entries")
	ErrTooLarge    = errors.New("too large")
	ErrBomb        = errors.New("unpacks to far more than it is")
	ErrTooDeep     = errors.New("archives nested too deep")
)

// Error is a refusal with its place.
type Error struct {
	Kind   error
	Entry  string // name of the file inside, or of the archive itself
	Detail string // English, for logs
}

func (e *Error) Error() string {
	s := "pack: " + e.Entry + ": " + e.Kind.Error()
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap gives the kind to errors.Is.
func (e *Error) Unwrap() error { return e.Kind }

// local reports whether a refusal concerns one entry only, so that the others
// of the archive can be read.
func (e *Error) local() bool {
	return e.Kind == ErrFormat || e.Kind == ErrUnsupported || e.Kind == ErrTooDeep
}
