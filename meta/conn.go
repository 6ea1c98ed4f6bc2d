package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
)

// Faults that callers turn into a message about the thing at hand.
var (
	errDuplicate = errors.New("unique key is taken")
	errOrphan    = errors.New("row refers to one that is not there")
)

// conn runs statements on a pool or in a transaction. It is the one place that knows placeholders and driver errors.
type conn struct {
	q   querier
	src *Source
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// row is what a scan function reads from.
type row interface {
	Scan(dest ...any) error
}

// exec returns how many rows were changed.
func (c conn) exec(ctx context.Context, query string, args ...any) (int, error) {
	res, err := c.q.ExecContext(ctx, c.placeholders(query), args...)
	if err != nil {
		return 0, c.translate(err)
	}
	n, err := res.RowsAffected()
	return int(n), c.translate(err)
}

// all reads every row of a query.
func all[T any](ctx context.Context, c conn, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := c.q.QueryContext(ctx, c.placeholders(query), args...)
	if err != nil {
		return nil, c.translate(err)
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, c.translate(err)
		}
		list = append(list, v)
	}
	return list, c.translate(rows.Err())
}

// one reads the first row of a query, sql.ErrNoRows when there is none. It reads to the end, because an INSERT with
// RETURNING is done only then.
func one[T any](ctx context.Context, c conn, scan func(row) (T, error), query string, args ...any) (T, error) {
	list, err := all(ctx, c, scan, query, args...)
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		var none T
		return none, err
	}
	return list[0], nil
}

// value scans a row of one column.
func value[T any](r row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// placeholders turns ? into $1, $2 for databases that want it so. No query here has a ? in a literal.
func (c conn) placeholders(query string) string {
	if !c.src.Dialect.Numbered {
		return query
	}
	var b strings.Builder
	n := 0
	for part := range strings.SplitAfterSeq(query, "?") {
		head, found := strings.CutSuffix(part, "?")
		b.WriteString(head)
		if found {
			n++
			b.WriteString("$" + strconv.Itoa(n))
		}
	}
	return b.String()
}

// translate gives a driver's error the kind and words that the rest of weir understands.
func (c conn) translate(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	name := c.src.Name
	switch c.src.Dialect.Classify(err) {
	case FaultDuplicate:
		return fmt.Errorf("metadata %s: %w: %w", name, errDuplicate, err)
	case FaultOrphan:
		return fmt.Errorf("metadata %s: %w: %w", name, errOrphan, err)
	case FaultFull:
		return weir.Errorf(weir.Unavailable, "not saved: the disk that holds the metadata is full; make room and try again")
	case FaultBusy:
		return weir.Errorf(weir.Unavailable, "not saved: the metadata is busy; try again")
	case FaultReadOnly:
		return fmt.Errorf("metadata %s cannot be written: check owner and rights of the file and its folder: %w", name, err)
	case FaultDamaged:
		return fmt.Errorf("metadata %s is damaged or no database: stop weir and restore it from a backup: %w", name, err)
	case FaultUnreachable:
		return fmt.Errorf("metadata %s cannot be opened: check that its folder is there and may be written: %w", name, err)
	case FaultOther:
	}
	return fmt.Errorf("metadata %s: %w", name, err)
}
