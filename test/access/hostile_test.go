package access_test

import (
	"net/http"
	"strings"
	"testing"

	"ward"
	"ward/kit/web"
	"ward/test/thorough"
)

// hostile are bodies that no client of ours sends, with the type they claim.
func hostile() []struct{ name, kind, body string } {
	big := strings.Repeat("x", 2<<20)
	return []struct{ name, kind, body string }{
		{"empty", "", ""},
		{"empty form", "application/x-www-form-urlencoded", ""},
		{"broken form", "application/x-www-form-urlencoded", "a=%zz&b=%&=&&&"},
		{"huge form", "application/x-www-form-urlencoded", "name=" + big},
		{"bytes in a form", "application/x-www-form-urlencoded", "name=%00%ff%fe&id=%00&state=%ff&reason=%00&email=%00@%ff&role=%00"},
		{"multipart without parts", "multipart/form-data; boundary=x", "--x--"},
		{"multipart cut off", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b"},
		{"multipart without boundary", "multipart/form-data", "x"},
		{"null", "application/json", "null"},
		{"list", "application/json", "[]"},
		{"cut JSON", "application/json", `{"name":`},
		{"wrong types", "application/json", `{"name":1,"ids":"x","state":[],"reason":{},"days":"x","scopes":[1],"fields":3,"body":null,"version":"x","url":{}}`},
		{"deep JSON", "application/json", strings.Repeat("[", 20000)},
		{"huge JSON", "application/json", `{"name":"` + big + `"}`},
		{"bytes in JSON", "application/json", "{\"name\":\"\\u0000\xff\",\"email\":\"\\u0000\",\"id\":\"\\ud800\"}"},
		{"unknown type", "application/x-nonsense", "\x00\x01\x02"},
		{"zip", "application/octet-stream", "PK\x03\x04\x00\x00"},
		{"gzip", "application/octet-stream", "\x1f\x8b\x08\x00\x00"},
	}
}

// TestHostileBodies sends to every writing door what nobody should, with objects
// that the sender may write: the answer may be anything but a fault of ours.
func TestHostileBodies(t *testing.T) {
	furnished(t) // before those that run side by side
	for _, r := range []ward.Role{ward.RoleNone, ward.RoleManager, ward.RoleCentre, ward.RoleOperator} {
		t.Run("as "+string(r), func(t *testing.T) {
			t.Parallel()
			h, town := open(t)
			assail(t, newAttempt(t, h, town, who{name: string(r), role: r}))
		})
	}
}

func assail(t *testing.T, a *attempt) {
	for door, r := range a.h.App.Handler().Routes() {
		if r.Method == http.MethodGet {
			continue
		}
		list, err := kindsOf(r.Path)
		if err != nil {
			t.Fatal(err)
		}
		c := cell{route: r, variant: "own"}
		if len(list) > 0 {
			c.kind = list[len(list)-1]
		}
		if variants := variantsOf(c.kind); c.kind != "" {
			c.variant = variants[0]
		}
		for _, b := range thorough.Some(hostile(), door, 4) {
			a.used[c.kind]++
			path, _, ok := a.values(&c, a.used[c.kind])
			if !ok {
				continue
			}
			client := a.client
			if r.Permission == web.SignedIn {
				client = a.fresh()
			}
			leaves := strings.HasSuffix(r.Path, "/me/leave") && a.who.role != ward.RoleNone
			if leaves {
				a.noteEmail(client)
			}
			got := client.Do(r.Method, path, b.kind, []byte(b.body))
			if got.Status >= 500 && got.Status != http.StatusServiceUnavailable {
				t.Errorf("%s %s with %s: %d %.200s", r.Method, r.Path, b.name, got.Status, got.Body)
			}
			if leaves && got.Status < 400 { // the form asks nothing
				a.comeBack()
			}
			if r.Permission == web.SignedIn {
				a.client = a.fresh()
			}
		}
	}
}

// odd values are in no link of ours.
var odd = []string{"%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "-1", strings.Repeat("9", 400), "%27%20OR%201%3D1--", "%F0%9F%98%80"}

// TestHostileAddresses asks every reading door with values that no link has.
func TestHostileAddresses(t *testing.T) {
	h, _ := open(t)
	for _, r := range []ward.Role{ward.RoleManager, ward.RoleCSIRT, ward.RoleCentre, ward.RoleOperator} {
		c := h.As(r)
		for door, route := range h.App.Handler().Routes() {
			if route.Method != http.MethodGet {
				continue
			}
			for _, value := range thorough.Some(odd, door, 2) {
				path := route.Path
				for at := strings.Index(path, "{"); at >= 0; at = strings.Index(path, "{") {
					path = path[:at] + value + path[at+strings.Index(path[at:], "}")+1:]
				}
				query := "?after=" + value + "&before=" + value + "&limit=" + value + "&text=" + value + "&q=" + value + "&state=" + value +
					"&sort=" + value + "&view=" + value + "&cve=" + value + "&lang=" + value + "&revision=" + value + "&from=" + value + "&format=" + value + "&country=" + value
				if got := c.Get(path + query); got.Status >= 500 {
					t.Errorf("%s: GET %s with %s: %d %.200s", r, route.Path, value, got.Status, got.Body)
				}
			}
		}
	}
}
