package app_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward/app"
	"ward/kit/conf"
	"ward/test/expect"
)

// A start takes keys of receivers over from the files of an older release, once; what is
// no such file ends it before anything can leave readable.
func TestStartAdoptsKeys(t *testing.T) {
	data := t.TempDir()
	folder := filepath.Join(data, "receiver-keys")
	expect.OK(t, os.Mkdir(folder, 0o700))
	k, err := crypto.PGP().KeyGeneration().AddUserId("Team", "team@example.invalid").New().GenerateKey()
	expect.OK(t, err)
	text, err := k.GetArmoredPublicKey()
	expect.OK(t, err)
	put := func(name, text string) { expect.OK(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)) }
	start := func() (log string, err error) {
		var b strings.Builder
		a, err := app.New(context.Background(), app.Config{Version: "test", Log: slog.New(slog.NewTextHandler(&b, nil)),
			Config: conf.Config{URL: "http://127.0.0.1:1", Data: data, Database: "sqlite:" + filepath.Join(data, "ward.db")}})
		if err == nil {
			expect.OK(t, a.Close())
		}
		return b.String(), err
	}
	put("HR-csirt.asc", text)
	put("hr.asc", text)
	if _, err := start(); err == nil || !strings.Contains(err.Error(), "hr.asc") {
		t.Errorf("a file of another name: %v", err)
	}
	expect.OK(t, os.Remove(filepath.Join(folder, "hr.asc")))
	put("HR-dpa.asc", "no key")
	if _, err := start(); err == nil || !strings.Contains(err.Error(), "HR-dpa.asc") || !strings.Contains(err.Error(), folder) {
		t.Errorf("what is no key: %v", err)
	}
	expect.OK(t, os.Remove(filepath.Join(folder, "HR-dpa.asc")))
	log, err := start()
	if err != nil || !strings.Contains(log, "HR/csirt") {
		t.Errorf("the start: %v, %s", err, log)
	}
	if _, err := os.Stat(folder + ".adopted"); err != nil {
		t.Error(err)
	}
	if log, err := start(); err != nil || strings.Contains(log, "HR/csirt") {
		t.Errorf("the next start: %v, %s", err, log)
	}
}
