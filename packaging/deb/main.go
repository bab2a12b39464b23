// Command deb lays out the Debian package of ward and builds it with dpkg-deb:
//
//	go run ./packaging/deb -binary build/ward -version 1.2.3 -out build
//
// It makes what the package says of itself from the program: settings from
// their table, manual pages from the commands.
package main

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"ward/cmd/cli"
	"ward/kit/conf"
)

//go:embed postinst prerm postrm
var scripts embed.FS

// options are the flags.
type options struct{ binary, unit, sensorUnit, licence, version, arch, out string }

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "build/ward", "the program")
	flag.StringVar(&o.unit, "unit", "packaging/ward.service", "the systemd unit")
	flag.StringVar(&o.sensorUnit, "sensor-unit", "packaging/ward-sensor.service", "the systemd unit of the sensor")
	flag.StringVar(&o.licence, "licence", "LICENSE", "the licence")
	flag.StringVar(&o.version, "version", "0", "its version, as of git describe")
	flag.StringVar(&o.arch, "arch", runtime.GOARCH, "architecture of the program, as Go calls it")
	flag.StringVar(&o.out, "out", "build", "folder for the package")
	flag.Parse()
	path, err := build(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "deb:", err)
		os.Exit(1)
	}
	fmt.Println(path)
}

// build returns the path of the package.
func build(o options) (string, error) {
	root, err := os.MkdirTemp("", "ward-deb-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(root) //nolint:errcheck // the package is what counts
	if err := errors.Join(os.Chmod(root, 0o755), layOut(root, o)); err != nil {
		return "", err
	}
	path := filepath.Join(o.out, fmt.Sprintf("ward_%s_%s.deb", version(o.version), o.arch))
	c := exec.Command("dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, path)
	c.Stderr = os.Stderr
	return path, c.Run()
}

// layOut writes every file of the package below root.
func layOut(root string, o options) error {
	program, err := os.ReadFile(o.binary)
	if err != nil {
		return err
	}
	unit, err := os.ReadFile(o.unit)
	if err != nil {
		return err
	}
	sensor, err := os.ReadFile(o.sensorUnit)
	if err != nil {
		return err
	}
	licence, err := os.ReadFile(o.licence)
	if err != nil {
		return err
	}
	if err := manual(filepath.Join(root, "usr/share/man/man1")); err != nil {
		return err
	}
	files := []file{
		{"usr/bin/ward", program, 0o755},
		{"usr/lib/systemd/system/ward.service", unit, 0o644},
		{"usr/lib/systemd/system/ward-sensor.service", sensor, 0o644},
		{"usr/share/doc/ward/copyright", licence, 0o644},
		{"etc/ward/ward.toml", []byte(settings()), 0o640},
		{"DEBIAN/control", []byte(control(o, len(program))), 0o644},
		{"DEBIAN/conffiles", []byte("/etc/ward/ward.toml\n"), 0o644},
	}
	for _, name := range []string{"postinst", "prerm", "postrm"} {
		text, err := scripts.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, file{"DEBIAN/" + name, text, 0o755})
	}
	for _, f := range files {
		if err := f.write(root); err != nil {
			return err
		}
	}
	return nil
}

// file is one file of the package.
type file struct {
	name string
	text []byte
	mode os.FileMode
}

func (f file) write(root string) error {
	path := filepath.Join(root, f.name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(path, f.text, f.mode), os.Chmod(path, f.mode))
}

// settings is the sample with the one line that the service needs.
func settings() string {
	return strings.Replace(conf.Sample(), "\n#data = \"data\"\n", "\ndata = \"/var/lib/ward\"\n", 1)
}

// manual writes the pages of all commands, packed as Debian wants them.
func manual(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if code := cli.Main("", []string{"man", folder}, nil, io.Discard, os.Stderr); code != 0 {
		return fmt.Errorf("ward man: exit code %d", code)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.1"))
	if err != nil || len(pages) == 0 {
		return errors.Join(err, errors.New("no manual pages"))
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return err
		}
		_, err = z.Write(text)
		if err := errors.Join(err, z.Close(), os.WriteFile(page+".gz", b.Bytes(), 0o644), os.Remove(page)); err != nil {
			return err
		}
	}
	return nil
}

// architectures that Debian calls otherwise than Go.
func architecture(arch string) string {
	switch arch {
	case "386":
		return "i386"
	case "arm":
		return "armhf"
	case "ppc64le":
		return "ppc64el"
	}
	return arch
}

func control(o options, bytes int) string {
	return fmt.Sprintf(`Package: ward
Version: %s
Architecture: %s
Maintainer: Ward <ward@localhost>
Installed-Size: %d
Section: admin
Priority: optional
Depends: adduser
Recommends: ca-certificates
Suggests: postgresql, nginx
Description: early warning for hospitals
 Ward warns hospitals about the devices that they own: it takes in security
 advisories, compares them with inventories, and tells whom it concerns.
 .
 Server, command line and offline engines are this one program. SQLite is
 built in; PostgreSQL can be used instead.
`, version(o.version), architecture(o.arch), bytes>>10)
}

// version makes one that Debian accepts of what git describe says: it begins
// with a digit, and has no hyphen, which would part off a revision.
func version(described string) string {
	v := strings.ReplaceAll(strings.TrimPrefix(described, "v"), "-", "+")
	if v == "" || v[0] < '0' || v[0] > '9' || !strings.Contains(v, ".") {
		return "0~git+" + v
	}
	return v
}
