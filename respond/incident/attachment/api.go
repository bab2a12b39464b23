package attachment

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"ward"
	"ward/format/attachment"
	"ward/kit/web"
)

// Operations is the table of the API.
func (s *Service) Operations() []web.Operation {
	const own, team = "/api/v1/incidents/{id}/files", "/api/v1/incident-queue/{id}/files"
	return []web.Operation{
		web.Op("GET", own, permRead, "List the files of a report, which nobody checked for malware", s.apiOwn),
		web.Stream("POST", own, permWrite, "Add a file to a report, its name in ?name=; what it is, its bytes say", "application/json", MaxFile+1, s.apiAdd).Takes("name"),
		web.Stream("GET", own+"/{file}", permRead, "Download a file of a report; each call is in the audit log", "application/octet-stream", 0, s.apiTake),
		web.Do("DELETE", own+"/{file}", permWrite, "Remove a file from a report", s.apiRemove),
		web.Op("GET", team, permHandle, "List the files that came with a report, which nobody checked for malware", s.apiReceived),
		web.Stream("GET", team+"/{file}", permHandle, "Download a file that came with a report; the hospital sees that you did", "application/octet-stream", 0, s.apiTakeReceived),
	}
}

type filesIn struct {
	ID string `path:"id"`
}

type fileWire struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Kind    attachment.Kind `json:"kind" doc:"pdf, png, jpeg, txt, csv, json, eml, zip, office"`
	Size    int64           `json:"size"`
	SHA256  string          `json:"sha256"`
	At      time.Time       `json:"at"`
	By      string          `json:"by"`
	Checked bool            `json:"checked_for_malware" doc:"always false"`
}

func wire(f File) fileWire {
	return fileWire{ID: f.ID, Name: f.Name, Kind: f.Kind, Size: f.Size, SHA256: f.SHA256, At: f.At.UTC(), By: f.By}
}

type filesOut struct {
	Files []fileWire `json:"files"`
}

func wires(list Files) *filesOut {
	out := &filesOut{[]fileWire{}}
	for _, f := range list.List {
		out.Files = append(out.Files, wire(f))
	}
	return out
}

func (s *Service) apiOwn(ctx context.Context, a ward.Actor, in *filesIn) (*filesOut, error) {
	list, err := s.Own(ctx, a, in.ID)
	return wires(list), err
}

func (s *Service) apiReceived(ctx context.Context, a ward.Actor, in *filesIn) (*filesOut, error) {
	list, err := s.Received(ctx, a, in.ID)
	return wires(list), err
}

// apiAdd takes the bytes of one file.
func (s *Service) apiAdd(c *web.Call) error {
	if err := s.Fillable(c.Context(), c.Actor, c.Path("id")); err != nil { // before the body is read
		return err
	}
	data, err := io.ReadAll(c.R.Body)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return TooLarge()
	}
	if err != nil {
		return invalid("file_cut")
	}
	f, err := s.Add(c.Context(), c.Actor, c.Path("id"), c.Query("name"), data)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(c.W).Encode(wire(f))
}

func (s *Service) apiTake(c *web.Call) error {
	f, r, err := s.Take(c.Context(), c.Actor, c.Path("id"), c.Path("file"))
	if err != nil {
		return err
	}
	s.Serve(c, f, r)
	return nil
}

func (s *Service) apiTakeReceived(c *web.Call) error {
	f, r, err := s.TakeReceived(c.Context(), c.Actor, c.Path("id"), c.Path("file"))
	if err != nil {
		return err
	}
	s.Serve(c, f, r)
	return nil
}

// Serve answers with a file in a way that no browser shows. What fails after the
// first byte leaves the answer short of the length that it told, which clients see.
func (s *Service) Serve(c *web.Call, f File, r io.Reader) {
	web.Download(c.W.Header(), f.Name, f.Size)
	if _, err := io.Copy(c.W, r); err != nil {
		s.cfg.Log.WarnContext(c.Context(), "a download ended early", slog.String("request", c.ID), slog.Any("error", err))
	}
}

type fileIn struct {
	ID   string `path:"id"`
	File string `path:"file"`
}

func (s *Service) apiRemove(ctx context.Context, a ward.Actor, in *fileIn) error {
	return s.Remove(ctx, a, in.ID, in.File)
}
