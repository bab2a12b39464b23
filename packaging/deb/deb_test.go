package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ward/kit/conf"
	"ward/test/leave"
)

func TestVersion(t *testing.T) {
	for described, want := range map[string]string{"v1.2.0": "1.2.0", "v1.2.0-3-gabc-dirty": "1.2.0+3+gabc+dirty", "8415e03-dirty": "0~git+8415e03+dirty",
		"unknown": "0~git+unknown", "": "0~git+"} {
		if got := version(described); got != want {
			t.Errorf("version(%q): got %q, want %q", described, got, want)
		}
	}
}

// The settings of the package are settings: the service would not start else.
func TestSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ward.toml")
	if err := os.WriteFile(path, []byte(settings()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := conf.Load(nil, path, func(string) string { return "" })
	if err != nil || c.Data != "/var/lib/ward" || c.Database != "sqlite:/var/lib/ward/ward.db" {
		t.Errorf("got %+v, %v", c, err)
	}
}

// TestPackage builds one around a stand-in for the program and unpacks it.
func TestPackage(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		leave.Out(t, "dpkg-deb is not installed")
	}
	folder := t.TempDir()
	program := filepath.Join(folder, "ward")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho stand-in\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	path, err := build(options{binary: program, unit: "../ward.service", sensorUnit: "../ward-sensor.service", licence: "../../LICENSE", version: "v1.2.3", arch: "amd64", out: folder})
	if err != nil {
		t.Fatal(err)
	}
	info := dpkg(t, "--info", path)
	for _, want := range []string{"Package: ward", "Version: 1.2.3", "Architecture: amd64", "postinst", "conffiles"} {
		if !strings.Contains(info, want) {
			t.Errorf("--info lacks %q:\n%s", want, info)
		}
	}
	contents := dpkg(t, "--contents", path)
	for _, want := range []string{"-rwxr-xr-x root/root", "./usr/bin/ward", "-rw-r----- root/root", "./etc/ward/ward.toml", "./usr/lib/systemd/system/ward.service", "./usr/lib/systemd/system/ward-sensor.service",
		"./usr/share/man/man1/ward-backup.1.gz"} {
		if !strings.Contains(contents, want) {
			t.Errorf("--contents lacks %q:\n%s", want, contents)
		}
	}
	root := filepath.Join(folder, "root")
	dpkg(t, "--extract", path, root)
	out, err := exec.Command(filepath.Join(root, "usr/bin/ward")).CombinedOutput()
	if err != nil || string(out) != "stand-in\n" {
		t.Errorf("the program of the unpacked package: got %q, %v", out, err)
	}
}

func dpkg(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("dpkg-deb", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("dpkg-deb %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// The scripts are shell, and the unit is one: checked where the tools are.
func TestScriptsAndUnit(t *testing.T) {
	for _, name := range []string{"postinst", "prerm", "postrm"} {
		if out, err := exec.Command("sh", "-n", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		leave.Out(t, "systemd-analyze is not installed")
	}
	for _, unit := range []string{"../ward.service", "../ward-sensor.service"} {
		out, err := exec.Command(tool, "security", "--offline=true", "--threshold=20", unit).CombinedOutput()
		if err != nil {
			t.Errorf("exposure of %s above 2.0: %v\n%s", unit, err, out)
		}
	}
}
