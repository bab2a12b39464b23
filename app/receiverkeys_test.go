package app

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReceiverKeys(t *testing.T) {
	data := t.TempDir()
	if keys, err := receiverKeys(data); err != nil || keys != nil {
		t.Errorf("without a folder: %v, %v", keys, err)
	}
	folder := filepath.Join(data, "receiver-keys")
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	put("HR-csirt.asc", "one")
	put("IE-data_authority.asc", "two")
	keys, err := receiverKeys(data)
	if err != nil || len(keys) != 2 || string(keys["HR/csirt"]) != "one" || string(keys["IE/data_authority"]) != "two" {
		t.Errorf("read %q, %v", keys, err)
	}
	put("hr.asc", "three")
	if _, err := receiverKeys(data); err == nil {
		t.Error("a file of another name is passed over")
	}
}
