package db

import (
	"fmt"
	"strings"

	"ward"
)

// Args collects the bound values of a statement that is put together.
type Args []any

// Add binds v and returns its placeholder.
func (a *Args) Add(v any) string {
	*a = append(*a, v)
	return fmt.Sprintf("$%d", len(*a))
}

// Scope is the condition that keeps a list within s, over the columns that hold
// a row's organisation and country. The zero scope is "1 = 0".
func (a *Args) Scope(s ward.Scope, orgColumn, countryColumn string) string {
	if s.Everything {
		return "1 = 1"
	}
	var parts []string
	if len(s.Orgs) > 0 {
		parts = append(parts, orgColumn+" IN ("+addAll(a, s.Orgs)+")")
	}
	if len(s.Countries) > 0 && countryColumn != "" {
		parts = append(parts, countryColumn+" IN ("+addAll(a, s.Countries)+")")
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

func addAll[T ~string](a *Args, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = a.Add(string(v))
	}
	return strings.Join(marks, ", ")
}
