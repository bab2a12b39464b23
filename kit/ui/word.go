package ui

import "ward/kit/i18n"

// Word is the message of a value: prefix ends in a dot, the value is its ending.
func Word[T ~string](p *i18n.Printer, prefix i18n.Key, v T) i18n.Text {
	return p.T(prefix + i18n.Key(v))
}

// Options are values as choices with their words; chosen is the one taken.
func Options[T ~string](p *i18n.Printer, prefix i18n.Key, list []T, chosen T) []Option {
	out := make([]Option, len(list))
	for i, v := range list {
		out[i] = Option{Value: string(v), Text: Word(p, prefix, v), Checked: v == chosen}
	}
	return out
}
