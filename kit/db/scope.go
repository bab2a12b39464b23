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

// In binds a list and gives the names of its parameters, for IN (…).
func In[T ~string](a *Args, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = a.Add(string(v))
	}
	return strings.Join(marks, ", ")
}

// Scope is the condition that keeps a list within s, over the columns that hold
// a row's organisation and country. The zero scope is "1 = 0".
func (a *Args) Scope(s ward.Scope, orgColumn, countryColumn string) string {
	if s.Everything {
		return "1 = 1"
	}
	var parts []string
	if marks := addAll(a, s.Orgs); marks != "" {
		parts = append(parts, orgColumn+" IN ("+marks+")")
	}
	if countryColumn != "" {
		if marks := addAll(a, s.Countries); marks != "" {
			parts = append(parts, countryColumn+" IN ("+marks+")")
		}
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// addAll leaves out the empty value: like Scope.Has, it opens no row that
// belongs to nobody.
func addAll[T ~string](a *Args, values []T) string {
	var marks []string
	for _, v := range values {
		if v != "" {
			marks = append(marks, a.Add(string(v)))
		}
	}
	return strings.Join(marks, ", ")
}
