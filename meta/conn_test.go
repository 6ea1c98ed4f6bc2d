package meta

import "testing"

func TestPlaceholders(t *testing.T) {
	tests := []struct{ query, numbered string }{
		{"", ""},
		{"SELECT 1", "SELECT 1"},
		{"?", "$1"},
		{"a = ? AND b IN (?, ?)", "a = $1 AND b IN ($2, $3)"},
		{"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id", "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id"},
	}
	for _, tt := range tests {
		plain := conn{src: &Source{}}
		if got := plain.placeholders(tt.query); got != tt.query {
			t.Errorf("%q became %q", tt.query, got)
		}
		numbered := conn{src: &Source{Dialect: Dialect{Numbered: true}}}
		if got := numbered.placeholders(tt.query); got != tt.numbered {
			t.Errorf("%q became %q, want %q", tt.query, got, tt.numbered)
		}
	}
}
