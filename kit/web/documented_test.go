package web

import (
	"reflect"
	"strings"
	"testing"
)

type hidden struct {
	Name string `json:"name"`
}

// Hidden is the same, exported.
type Hidden hidden

func TestDocumented(t *testing.T) {
	for _, tc := range []struct {
		of   any
		want string
	}{
		{struct{ Hidden }{}, ""},
		{struct{ Rows []struct{ Hidden } }{}, ""},
		{struct{ hidden }{}, "embeds web.hidden"},
		{struct{ Body struct{ hidden } }{}, "embeds web.hidden"},
		{struct {
			Rows map[string][]*struct{ hidden }
		}{}, "embeds web.hidden"},
	} {
		got := func() (said string) {
			defer func() {
				if x := recover(); x != nil {
					said = x.(string)
				}
			}()
			documented(reflect.TypeOf(tc.of))
			return ""
		}()
		if (got == "") != (tc.want == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%T: got %q, want %q", tc.of, got, tc.want)
		}
	}
}
