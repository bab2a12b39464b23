package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ward/format/pattern"
	"ward/kit/mail"
	"ward/respond/incident/receiver"
)

// keyFile is how an older release named the OpenPGP key of a receiver of incident
// reports: country and authority of the country pack.
var keyFile = pattern.Of(`^([A-Z]{2})-([a-z0-9_]+)\.asc$`)

// adoptKeys takes DATA/receiver-keys/HR-csirt.asc and the like into the database, and
// puts the folder aside. With a file that cannot be read the house does not start: mail
// that was encrypted must not begin to leave readable.
func (a *App) adoptKeys(ctx context.Context) error {
	folder := filepath.Join(a.cfg.Data, "receiver-keys")
	files, err := keyFiles(folder)
	if err != nil || files == nil {
		return err
	}
	adopted, err := a.rooms.receiver.Adopt(ctx, system, files)
	if err != nil {
		return fmt.Errorf("%w; put the key in order or take the file out of %s", err, folder)
	}
	a.cfg.Log.InfoContext(ctx, "keys of receivers were taken over from files; they are kept in the database from now on", "receivers", adopted, "folder", folder)
	if err := os.Rename(folder, folder+".adopted"); err != nil {
		a.cfg.Log.WarnContext(ctx, "the folder of keys could not be put aside: take it away, or a key that is ended here comes back", "folder", folder, "error", err)
	}
	return nil
}

// keyFiles reads the folder; nil without one.
func keyFiles(folder string) ([]receiver.File, error) {
	list, err := os.ReadDir(folder)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := []receiver.File{}
	for _, f := range list {
		name := keyFile().FindStringSubmatch(f.Name())
		if name == nil {
			return nil, fmt.Errorf("%s is not named like HR-csirt.asc", filepath.Join(folder, f.Name()))
		}
		key, err := readBounded(filepath.Join(folder, f.Name()), mail.KeyLimit)
		if err != nil {
			return nil, err
		}
		out = append(out, receiver.File{Name: f.Name(), Receiver: name[1] + "/" + name[2], Key: key})
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
