// Package event tells facts between rooms. A fact is published in the
// transaction that made it true, as one durable job per subscriber; each hears
// it at least once, in any order. Facts carry ids and words of the vocabulary,
// never documents or personal data.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/job"
)

// Meta is what a subscriber learns beside the fact itself.
type Meta struct {
	ID ward.EventID // dedupe by it: the same fact may come again
	At time.Time    // when it became true
}

// A Subscription is one room's interest in one kind of fact.
type Subscription struct {
	name string // subscriber, lasting: "alert.on_advisory"
	fact string
	hear func(context.Context, Meta, []byte) error
}

// Name is the subscriber, Fact what it hears: for the table of the house.
func (s Subscription) Name() string { return s.name }

// Fact is the name of the fact that is heard.
func (s Subscription) Fact() string { return s.fact }

// On subscribes name to the facts of type T.
func On[T ward.Fact](name string, hear func(context.Context, Meta, T) error) Subscription {
	var zero T
	return Subscription{name: name, fact: zero.Fact(), hear: func(ctx context.Context, m Meta, body []byte) error {
		var f T
		if err := json.Unmarshal(body, &f); err != nil {
			return job.Cancel(fmt.Errorf("read fact: %w", err))
		}
		return hear(ctx, m, f)
	}}
}

// telling is the job that brings one fact to one subscriber.
type telling struct {
	Subscriber string          `json:"subscriber"`
	ID         ward.EventID    `json:"id"`
	At         time.Time       `json:"at"`
	Fact       string          `json:"fact"`
	Body       json.RawMessage `json:"body"`
}

// Kind implements job.Args.
func (telling) Kind() string { return "event" }

// Bus knows who hears what. Its zero value tells nobody.
type Bus struct {
	Clock clock.Clock
	IDs   id.Source

	queue  *job.Queue
	byFact map[string][]Subscription
}

// Connect gives the bus its subscriptions and the queue. Call it once, before
// the queue starts. One name may hear several facts, but each of them once.
func (b *Bus) Connect(q *job.Queue, subs []Subscription) error {
	b.queue, b.byFact = q, map[string][]Subscription{}
	for _, s := range subs {
		if _, twice := b.find(s.fact, s.name); twice {
			return fmt.Errorf("connect: %s hears %s twice", s.name, s.fact)
		}
		b.byFact[s.fact] = append(b.byFact[s.fact], s)
	}
	return nil
}

func (b *Bus) find(fact, name string) (Subscription, bool) {
	for _, s := range b.byFact[fact] {
		if s.name == name {
			return s, true
		}
	}
	return Subscription{}, false
}

// factTimeout bounds one hearing. Fan-out to all of Europe takes seconds.
const factTimeout = 2 * time.Minute

// Worker is the job that the queue must know.
func (b *Bus) Worker() job.Worker {
	return job.Handle(job.Options{Queue: job.Alert, Attempts: 25, Timeout: factTimeout}, func(ctx context.Context, t telling) error {
		s, ok := b.find(t.Fact, t.Subscriber)
		if !ok {
			return job.Cancel(fmt.Errorf("no %s hears %s any more", t.Subscriber, t.Fact))
		}
		return s.hear(ctx, Meta{ID: t.ID, At: t.At}, t.Body)
	})
}

// Publish tells f to all its subscribers once tx commits.
func (b *Bus) Publish(ctx context.Context, tx *db.Tx, f ward.Fact) error {
	body, err := json.Marshal(f)
	if err != nil {
		return ward.Wrap("publish "+f.Fact(), err)
	}
	var jobs []job.Args
	eventID, at := ward.EventID(b.IDs()), b.Clock()
	for _, s := range b.byFact[f.Fact()] {
		jobs = append(jobs, telling{Subscriber: s.name, ID: eventID, At: at, Fact: f.Fact(), Body: body})
	}
	if len(jobs) == 0 {
		return nil
	}
	return ward.Wrap("publish "+f.Fact(), b.queue.Enqueue(ctx, tx, jobs...))
}
