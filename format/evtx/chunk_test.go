package evtx

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
)

// TestChunks: a chunk by itself gives what it gives within its file, and its records are
// found by their numbers.
func TestChunks(t *testing.T) {
	w := newBuilder()
	for range 3 {
		w.record().open("Event").text("x").close().done()
	}
	file := w.file()
	at, ok := Chunks(file)
	if !ok || at != 4096 {
		t.Fatalf("first chunk at %d, %v", at, ok)
	}
	chunk := file[at:]
	binary.LittleEndian.PutUint64(chunk[24:], 1)
	binary.LittleEndian.PutUint64(chunk[32:], 3)
	if s, ok := Inspect(chunk); !ok || s.First != 1 || s.Last != 3 || s.Free <= chunkHead {
		t.Errorf("%+v, %v", s, ok)
	}
	r := NewChunk(chunk, at)
	var ids []uint64
	for {
		h, err := r.Next(&writer{})
		if err == io.EOF {
			break
		}
		if err == nil {
			ids = append(ids, h.ID)
			if found := Find(chunk, h.ID); !bytes.Equal(found, file[h.Offset:h.Offset+int64(len(found))]) || len(found) == 0 {
				t.Errorf("record %d is not where it is", h.ID)
			}
		}
	}
	if len(ids) != 3 || ids[2] != 3 || Find(chunk, 4) != nil {
		t.Errorf("records %v", ids)
	}
	for name, bad := range map[string][]byte{"short": chunk[:40], "zero": make([]byte, 512), "text": bytes.Repeat([]byte("x"), 512)} {
		if _, ok := Inspect(bad); ok {
			t.Errorf("%s is a chunk", name)
		}
	}
	if _, ok := Chunks(chunk); ok {
		t.Error("a chunk is a file")
	}
}

func FuzzChunk(f *testing.F) {
	f.Add([]byte(chunkMagic), uint64(1))
	f.Add(newBuilder().record().open("Event").text("x").close().done().file()[4096:8192], uint64(1))
	f.Fuzz(func(t *testing.T, data []byte, id uint64) {
		if s, ok := Inspect(data); ok && s.Last < s.First {
			t.Errorf("%+v", s)
		}
		_, _ = Chunks(data)
		if b := Find(data, id); b != nil && binary.LittleEndian.Uint64(b[8:]) != id {
			t.Error("another record")
		}
		r := NewChunk(data, 4096)
		for range 100_000 {
			if _, err := r.Next(&writer{}); err == io.EOF {
				return
			}
		}
		t.Error("no end")
	})
}
