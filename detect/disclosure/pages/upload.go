package pages

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"ward"
	"ward/detect/disclosure"
	"ward/kit/web"
)

// Bounds of a form with files: maxForm is its whole body, maxFields what stands
// in its fields. Nothing of it is written to disk before it is sealed.
const (
	maxForm   = 15 << 20
	maxFields = 512 << 10
	maxParts  = 60
)

func large(p web.Page) web.Page {
	p.MaxBody = maxForm
	return p
}

// sent is a form as it came.
type sent struct {
	fields map[string]string
	files  []disclosure.Upload
}

func (s sent) get(name string) string { return strings.TrimSpace(s.fields[name]) }

// read takes a form in, with files or without.
func (h handler) read(c *web.Call) (sent, error) {
	leave, err := h.svc.Enter(c.W, c.R)
	if err != nil {
		return sent{}, err
	}
	defer leave()
	out := sent{fields: map[string]string{}}
	kind, args, _ := mime.ParseMediaType(c.R.Header.Get("Content-Type")) // no type is an empty form
	if kind != "multipart/form-data" {
		if err := c.R.ParseForm(); err != nil {
			return sent{}, cut(err)
		}
		for name := range c.R.PostForm {
			out.fields[name] = c.R.PostFormValue(name)
		}
		return out, nil
	}
	if args["boundary"] == "" {
		return sent{}, cut(nil)
	}
	parts := multipart.NewReader(c.R.Body, args["boundary"])
	left := int64(maxFields)
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return out, nil
		}
		if err != nil || n >= maxParts {
			return sent{}, cut(err)
		}
		if err := out.take(part, &left); err != nil {
			return sent{}, cut(err)
		}
	}
}

// take reads one part; left is what fields may still hold.
func (s *sent) take(part *multipart.Part, left *int64) error {
	if part.FormName() == "files" {
		data, err := io.ReadAll(io.LimitReader(part, disclosure.MaxFile+1))
		if err != nil || part.FileName() == "" && len(data) == 0 { // no file was chosen
			return err
		}
		if len(s.files) > disclosure.MaxFiles {
			return nil // counted as too many already
		}
		s.files = append(s.files, disclosure.Upload{Name: part.FileName(), Data: data})
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(part, *left+1))
	if *left -= int64(len(data)); *left < 0 {
		return ward.Fail(ward.Invalid, "disclosure.error.form_large")
	}
	if _, twice := s.fields[part.FormName()]; err == nil && !twice {
		s.fields[part.FormName()] = string(data)
	}
	return err
}

// cut is what a form that cannot be read says.
func cut(err error) error {
	var large *http.MaxBytesError
	var e *ward.Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.As(err, &large):
		return ward.Fail(ward.Invalid, "disclosure.error.form_large").At("files")
	}
	return ward.Fail(ward.Invalid, "disclosure.error.cut").Because(err)
}
