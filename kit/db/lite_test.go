package db

import "testing"

func TestLite(t *testing.T) {
	tests := []struct{ in, want string }{
		{`SELECT 1`, `SELECT 1`},
		{`a = $1 AND b = $23`, `a = ?1 AND b = ?23`},
		{`a = $1 AND b = $2`, `a = ? AND b = ?`},
		{`a = $2 AND b = $1`, `a = ?2 AND b = ?1`},
		{`a = $1 OR b = $1`, `a = ?1 OR b = ?1`},
		{`a = '$1' AND b = $1`, `a = '$1' AND b = ?`},
		{`a = 'it''s $1' OR b = $2`, `a = 'it''s $1' OR b = ?2`},
		{`"col$1" = $1`, `"col$1" = ?`},
		{"a = $1 -- not $2, it's\nAND b = $3", "a = ?1 -- not $2, it's\nAND b = ?3"},
		{`a = $x OR b = $`, `a = $x OR b = $`},
		{`a = 'open $1`, `a = 'open $1`},
	}
	for _, tt := range tests {
		if got := lite(tt.in); got != tt.want {
			t.Errorf("lite(%q): got %q, want %q", tt.in, got, tt.want)
		}
	}
}
