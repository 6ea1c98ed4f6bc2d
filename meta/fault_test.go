package meta

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/weirhq/weir"
)

func TestTranslate(t *testing.T) {
	cause := errors.New("disk I/O")
	tests := []struct {
		fault Fault
		kind  weir.Kind
		says  string
		is    error
	}{
		{FaultOther, weir.Internal, "metadata meta.db: disk I/O", cause},
		{FaultDuplicate, weir.Internal, "meta.db", errDuplicate},
		{FaultOrphan, weir.Internal, "meta.db", errOrphan},
		{FaultReadOnly, weir.Internal, "metadata meta.db cannot be written", cause},
		{FaultDamaged, weir.Internal, "metadata meta.db is damaged", cause},
		{FaultUnreachable, weir.Internal, "metadata meta.db cannot be opened", cause},
		{FaultFull, weir.Unavailable, "disk that holds the metadata is full", nil},
		{FaultBusy, weir.Unavailable, "busy", nil},
	}
	for _, tt := range tests {
		c := conn{src: &Source{Name: "meta.db", Dialect: Dialect{Classify: func(error) Fault { return tt.fault }}}}
		err := c.translate(cause)
		if weir.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.says) || tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("fault %d: %v of kind %v, want %q of kind %v", tt.fault, err, weir.KindOf(err), tt.says, tt.kind)
		}
		for _, plain := range []error{nil, context.Canceled, context.DeadlineExceeded} {
			if err := c.translate(plain); !errors.Is(err, plain) {
				t.Errorf("%v became %v", plain, err)
			}
		}
	}
	if err := ignoreDone(sql.ErrTxDone); err != nil {
		t.Error(err)
	}
}
