package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/internal/kit/fault"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	sqliteDriver   = "sqlite"
	postgresDriver = "pgx"
)

// Faults of the database that a user may be told of.
var (
	ErrBusy     = fault.New(fault.Unavailable, "database_busy", "The database is busy. Try again in a moment.")
	ErrDiskFull = fault.New(fault.Unavailable, "disk_full", "The server's disk is full, so nothing could be saved.")
	ErrReadOnly = fault.New(fault.Unavailable, "database_read_only", "The server's database cannot be written to.")
	ErrLost     = fault.New(fault.Unavailable, "database_unavailable", "The database cannot be reached. Try again in a moment.")
	ErrNotText  = fault.New(fault.Invalid, "not_text", "This text holds a character that cannot be stored.")
)

func sqliteDSN(path string, relaxed, readOnly bool) string {
	q := url.Values{}
	add := func(pragma string) { q.Add("_pragma", pragma) }
	add("busy_timeout(5000)")
	add("foreign_keys(1)")
	add("cache_size(-8000)")
	add("temp_store(memory)")
	if readOnly {
		add("query_only(1)")
	} else {
		add("journal_mode(wal)")
		add("journal_size_limit(67108864)")
		q.Set("_txlock", "immediate")
	}
	if relaxed {
		add("synchronous(normal)")
	} else {
		add("synchronous(full)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

var rebound sync.Map // query text -> its SQLite form; queries are constants, so this is bounded

// rebind turns $1 into ?1. Dollar signs in string literals are left alone
// unless a digit follows, which no query of ours has.
func rebind(query string) string {
	if s, ok := rebound.Load(query); ok {
		return s.(string)
	}
	var b strings.Builder
	b.Grow(len(query))
	for i := range len(query) {
		if query[i] == '$' && i+1 < len(query) && query[i+1] >= '0' && query[i+1] <= '9' {
			b.WriteByte('?')
			continue
		}
		b.WriteByte(query[i])
	}
	s := b.String()
	rebound.Store(query, s)
	return s
}

// isRead reports whether query can go to a read-only connection. A WITH is taken
// for a read; a WITH that writes belongs into Exec or a transaction.
func isRead(query string) bool {
	q := strings.TrimLeft(query, " \t\r\n(")
	return len(q) >= 6 && (strings.EqualFold(q[:6], "select") || strings.EqualFold(q[:4], "with"))
}

// wrap turns the driver's errors that a user can act on into faults.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return ErrBusy.Because(err)
		case sqlite3.SQLITE_FULL:
			return ErrDiskFull.Because(err)
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
			return ErrReadOnly.Because(err)
		case sqlite3.SQLITE_IOERR:
			return ErrDiskFull.Because(err)
		}
		return err
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case e.Code == "53100":
			return ErrDiskFull.Because(err)
		case e.Code == "22021":
			return ErrNotText.Because(err)
		case e.Code == "25006":
			return ErrReadOnly.Because(err)
		case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"):
			return ErrLost.Because(err)
		case strings.HasPrefix(e.Code, "53"), e.Code == "40001", e.Code == "40P01", e.Code == "55P03":
			return ErrBusy.Because(err)
		}
		return err
	}
	if isLost(err) {
		return ErrLost.Because(err)
	}
	return err
}

// isLost reports whether there is no connection to the server any more, or none
// could be made.
func isLost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	// Nothing of a statement was sent, as on a connection that was closed meanwhile.
	if pgconn.SafeToRetry(err) {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// IsUnique reports whether err is the breach of a unique constraint or primary
// key.
func IsUnique(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	return false
}

// IsNone reports whether err says that there was no row.
func IsNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Millis is t as it is stored.
func Millis(t time.Time) int64 { return t.UnixMilli() }

// Time is the reverse of [Millis]; 0 is the zero time.
func Time(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Placeholders returns "$from, $from+1, ..." for n arguments.
func Placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}
