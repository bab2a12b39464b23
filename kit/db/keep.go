package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
)

// keeper opens connections to SQLite that keep their prepared statements.
// database/sql prepares a statement of a transaction anew each time, and SQLite's
// parser was a quarter of the time of a page.
type keeper struct {
	driver driver.Driver
	dsn    string
}

// openLite opens a pool of such connections.
func openLite(dsn string) (*sql.DB, error) {
	registered, err := sql.Open("sqlite", dsn) // connects to nothing
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeper{registered.Driver(), dsn}), registered.Close()
}

// Connect implements driver.Connector.
func (k keeper) Connect(context.Context) (driver.Conn, error) {
	c, err := k.driver.Open(k.dsn)
	if err != nil {
		return nil, err
	}
	plain, ok := c.(plainConn)
	if !ok {
		return nil, errors.Join(errors.New("db: the driver lacks what a connection needs"), c.Close())
	}
	return &keepingConn{plainConn: plain, idle: map[string]keptStmt{}}, nil
}

// Driver implements driver.Connector.
func (k keeper) Driver() driver.Driver { return k.driver }

// plainConn is what the driver's connection can do. Embedding it passes all on.
type plainConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// keptStmt is what the driver's statement can do.
type keptStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keptMost bounds the statements that a connection keeps; a house has some
// hundred texts, and each statement is a few kilobytes.
const keptMost = 400

// keepingConn keeps the statements that nobody uses at the moment, by their text.
// Like every connection it serves one goroutine at a time.
type keepingConn struct {
	plainConn
	idle map[string]keptStmt
}

// keeps tells which texts are worth it: single statements that come again. Those
// of the queue begin with a comment that names them.
func keeps(text string) bool {
	text = strings.TrimSpace(text)
	for strings.HasPrefix(text, "--") {
		_, text, _ = strings.Cut(text, "\n")
		text = strings.TrimSpace(text)
	}
	verb, _, _ := strings.Cut(text, " ")
	switch strings.ToUpper(verb) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return !strings.Contains(text, ";")
	}
	return false
}

// ExecContext implements driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if !keeps(text) {
		return c.plainConn.ExecContext(ctx, text, args)
	}
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	res, err := s.ExecContext(ctx, args)
	return res, c.give(text, s, err)
}

// QueryContext implements driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if !keeps(text) {
		return c.plainConn.QueryContext(ctx, text, args)
	}
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, c.give(text, s, err)
	}
	return &keptRows{Rows: rows, conn: c, text: text, stmt: s}, nil
}

// take gives an idle statement of the text or prepares one. Whoever has it has it
// alone, so a text may be asked again while its rows are read.
func (c *keepingConn) take(ctx context.Context, text string) (keptStmt, error) {
	if s, ok := c.idle[text]; ok {
		delete(c.idle, text)
		return s, nil
	}
	s, err := c.plainConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	kept, ok := s.(keptStmt)
	if !ok {
		return nil, errors.Join(errors.New("db: the driver's statements cannot be kept"), s.Close())
	}
	return kept, nil
}

// give takes a statement back; after a fault it is not used again, and closing it
// would only repeat the fault.
func (c *keepingConn) give(text string, s keptStmt, fault error) error {
	if fault != nil {
		_ = s.Close()
		return fault
	}
	if _, twin := c.idle[text]; twin {
		return s.Close()
	}
	if len(c.idle) >= keptMost {
		for old, o := range c.idle { // any: texts that come often are soon back
			delete(c.idle, old)
			if err := o.Close(); err != nil {
				return errors.Join(err, s.Close())
			}
			break
		}
	}
	c.idle[text] = s
	return nil
}

// Close implements driver.Conn.
func (c *keepingConn) Close() error {
	var all []error
	for _, s := range c.idle {
		all = append(all, s.Close())
	}
	clear(c.idle)
	return errors.Join(append(all, c.plainConn.Close())...)
}

// keptRows gives its statement back when it has been read.
type keptRows struct {
	driver.Rows
	conn *keepingConn
	text string
	stmt keptStmt
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	err := r.Rows.Close()
	if r.stmt == nil {
		return err
	}
	s := r.stmt
	r.stmt = nil
	return r.conn.give(r.text, s, err)
}
