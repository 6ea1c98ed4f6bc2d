package bus

import (
	"log/slog"
	"testing"
)

// A message that was stored but not answered is not stored again.
func TestUnansweredMessage(t *testing.T) {
	b, err := Open(Default(), t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	s, err := b.Stream(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if seq, err := s.Append(t.Context(), []byte("one")); err != nil || seq != 1 {
		t.Fatalf("Append = %d, %v", seq, err)
	}
	if _, err := s.publish(t.Context(), []byte("two")); err != nil { // as if its answer did not come
		t.Fatal(err)
	}
	if seq, err := s.publishAgain(t.Context(), []byte("two")); err != nil || seq != 2 {
		t.Errorf("again = %d, %v, want 2", seq, err)
	}
	if last, err := s.Last(); err != nil || last != 2 {
		t.Errorf("Last = %d, %v, want 2", last, err)
	}
	s.last = 2
	if seq, err := s.publishAgain(t.Context(), []byte("three")); err != nil || seq != 3 { // it had been lost
		t.Errorf("again = %d, %v, want 3", seq, err)
	}
}
