package app

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"ward/kit/mail"
)

// keyFile names the OpenPGP key of a receiver of incident reports: country and
// authority of the country pack.
var keyFile = regexp.MustCompile(`^([A-Z]{2})-([a-z0-9_]+)\.asc$`)

// receiverKeys reads DATA/receiver-keys/HR-csirt.asc and the like, which the operator
// put there after he had checked the fingerprint with the authority. A file of
// another name ends the start: mail that should be encrypted must not leave
// readable because of a slip in a name.
func receiverKeys(data string) (map[string][]byte, error) {
	folder := filepath.Join(data, "receiver-keys")
	list, err := os.ReadDir(folder)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("keys of receivers: %w", err)
	}
	out := map[string][]byte{}
	for _, f := range list {
		name := keyFile.FindStringSubmatch(f.Name())
		if name == nil {
			return nil, fmt.Errorf("keys of receivers: %s is not named like HR-csirt.asc", filepath.Join(folder, f.Name()))
		}
		key, err := readBounded(filepath.Join(folder, f.Name()), mail.KeyLimit)
		if err != nil {
			return nil, fmt.Errorf("keys of receivers: %w", err)
		}
		out[name[1]+"/"+name[2]] = key
	}
	return out, nil
}

// readBounded reads a file and one byte more than it may have, so that what is too
// large is refused by whoever reads it.
func readBounded(file string, most int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	return io.ReadAll(io.LimitReader(f, most+1))
}
