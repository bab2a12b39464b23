package pack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

func xzOf(text string, cfg xz.WriterConfig) []byte {
	var b bytes.Buffer
	w, err := cfg.NewWriter(&b)
	if err != nil {
		panic(err)
	}
	io.WriteString(w, text)
	w.Close()
	return b.Bytes()
}

// TestXZ holds the container to section 2 of the .xz format: streams after one
// another, stream padding, blocks, each kind of check.
func TestXZ(t *testing.T) {
	long := strings.Repeat("Nov 29 11:00:00 gw kernel: DROP IN=eth0\n", 9000)
	one, crc := xzOf("one\n", xz.WriterConfig{}), xzOf("two\n", xz.WriterConfig{CheckSum: xz.CRC32})
	for _, row := range []struct {
		name string
		data []byte
		want string
	}{
		{"sha256", xzOf(long, xz.WriterConfig{CheckSum: xz.SHA256}), long},
		{"no check", xzOf(long, xz.WriterConfig{NoCheckSum: true}), long},
		{"blocks", xzOf(long, xz.WriterConfig{BlockSize: 1000}), long},
		{"streams", append(one, crc...), "one\ntwo\n"},
		{"stream padding", append(append(append([]byte{}, one...), make([]byte, 8)...), crc...), "one\ntwo\n"},
		{"empty", xzOf("", xz.WriterConfig{}), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, err := newXZ(bytes.NewReader(row.data))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != row.want {
				t.Errorf("got %d bytes, %v; want %d", len(got), err, len(row.want))
			}
		})
	}
}

// TestXZDamaged: what was read before the damage is kept, and the damage is named.
func TestXZDamaged(t *testing.T) {
	long := strings.Repeat("a line of a log\n", 9000)
	good := xzOf(long, xz.WriterConfig{BlockSize: 50_000, CheckSum: xz.CRC32})
	wrong := bytes.Clone(good)
	wrong[len(wrong)/2]++
	for name, data := range map[string][]byte{"cut": good[:len(good)*2/3], "changed": wrong, "garbage behind": append(bytes.Clone(good), "garbage"...)} {
		got := 0
		err := Stream("a.log.xz", bytes.NewReader(data), Limits{}, func(_ string, r io.Reader) error {
			text, err := io.ReadAll(r)
			got = len(text)
			return err
		})
		if !errors.Is(err, ErrFormat) || got < 50_000 {
			t.Errorf("%s: got %d bytes, %v", name, got, err)
		}
	}
}

// TestXZDictionary: a header that asks for 4 GB is refused before it gets them.
func TestXZDictionary(t *testing.T) {
	data := xzOf("a", xz.WriterConfig{})
	head := data[12 : 12+(int(data[12])+1)*4]
	at := bytes.Index(head, []byte{0x21, 1})
	head[at+2] = 40
	binary.LittleEndian.PutUint32(head[len(head)-4:], crc32.ChecksumIEEE(head[:len(head)-4]))
	r, err := newXZ(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); err == nil || !strings.Contains(err.Error(), "dictionary") {
		t.Errorf("got %v", err)
	}
}

func FuzzXZ(f *testing.F) {
	f.Add(xzOf("one\n", xz.WriterConfig{}))
	f.Add(xzOf(strings.Repeat("ab", 500), xz.WriterConfig{BlockSize: 100, CheckSum: xz.SHA256}))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := newXZ(bytes.NewReader(data))
		if err != nil {
			return
		}
		if n, _ := io.Copy(io.Discard, io.LimitReader(r, 1<<24)); n < 0 {
			t.Error("negative")
		}
	})
}
