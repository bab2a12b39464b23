package pages_test

import (
	"net/http"
	"testing"
)

// Whoever guesses is told the same on the page and in the API: 429, and when to
// come back.
func TestGuessingIsAnsweredWith429(t *testing.T) {
	for name, try := range map[string]func(*browser) (int, http.Header){
		"page": func(b *browser) (int, http.Header) {
			w := b.do("POST", "/signin", form("email", "ana@x.example", "password", "wrong wrong wrong"))
			return w.Code, w.Header()
		},
		"API": func(b *browser) (int, http.Header) {
			w := b.do("POST", "/api/v1/session", map[string]string{"email": "ana@x.example", "password": "wrong wrong wrong"})
			return w.Code, w.Header()
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			for range 5 {
				if status, h := try(b); status == http.StatusTooManyRequests || h.Get("Retry-After") != "" {
					t.Fatalf("within what is free: %d, %q", status, h.Get("Retry-After"))
				}
			}
			status, h := try(b)
			if status != http.StatusTooManyRequests || h.Get("Retry-After") != "1" {
				t.Errorf("got %d, Retry-After %q, want 429 and 1", status, h.Get("Retry-After"))
			}
		})
	}
}
