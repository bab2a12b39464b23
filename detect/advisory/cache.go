package advisory

import (
	"container/list"
	"sync"

	"ward/format/csaf"
)

// maxCached bounds the files whose parsed form is kept, in bytes of the files;
// parsed they take about twice that.
const maxCached = 16 << 20

// documents keeps parsed revisions that were read lately: one alert's page is
// opened by many people in the same minutes. A revision never changes, so
// nothing is ever stale. Safe for concurrent use.
type documents struct {
	mu    sync.Mutex
	order list.List // of *cached, latest use first
	at    map[string]*list.Element
	bytes int
}

type cached struct {
	revision string
	doc      *csaf.Document
	size     int
}

func (c *documents) get(revision string) *csaf.Document {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[revision]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).doc
}

func (c *documents) put(revision string, doc *csaf.Document, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == nil {
		c.at = map[string]*list.Element{}
	}
	if c.at[revision] != nil || size > maxCached/4 {
		return
	}
	c.at[revision] = c.order.PushFront(&cached{revision, doc, size})
	c.bytes += size
	for c.bytes > maxCached {
		last := c.order.Back()
		old := c.order.Remove(last).(*cached)
		delete(c.at, old.revision)
		c.bytes -= old.size
	}
}
