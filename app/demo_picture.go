package app

import (
	"context"
	"os"
	"path/filepath"

	"ward"
)

// demoHistory imports incidents of the past from a folder of public collections,
// so that the situational picture has something to show. Files of other kinds are
// left alone; done again it changes nothing.
func (a *App) demoHistory(ctx context.Context) error {
	if a.cfg.History == "" {
		return nil
	}
	list, err := os.ReadDir(a.cfg.History)
	if err != nil {
		return err
	}
	for _, e := range list {
		if !e.Type().IsRegular() {
			continue
		}
		f, err := os.Open(filepath.Join(a.cfg.History, e.Name()))
		if err != nil {
			return err
		}
		_, err = a.rooms.picture.Import(ctx, system, e.Name(), f)
		f.Close() //nolint:errcheck // read only
		if err != nil && ward.CodeOf(err) != ward.Invalid {
			return err
		}
	}
	return nil
}
