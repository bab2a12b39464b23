package disclosure

import (
	"context"
	"strconv"

	"ward"
	"ward/format/plain"
	"ward/kit/db"
)

// Followed is a case as its reporter sees it: what he wrote and was told, and
// nothing of the Centre's notes or people.
type Followed struct {
	Case     Case
	Messages []Message // without notes and names
	Files    []File
}

// Key is how somebody comes to a case that he reported: by the secret of a link,
// or as a maker's person by its id.
type Key struct {
	Secret string
	Actor  ward.Actor // with ID
	ID     string
}

// BySecret is the key of whoever has the link.
func BySecret(secret string) Key { return Key{Secret: secret} }

// ByMaker is the key of a maker's person. Needs disclosure.report on the case.
func ByMaker(a ward.Actor, id string) Key { return Key{Actor: a, ID: id} }

// open reads the case of a key; NotFound for a link that does not count and for
// the case of somebody else.
func (s *Service) open(ctx context.Context, tx *db.Tx, k Key) (Case, error) {
	if k.Secret != "" {
		c, err := caseByLink(ctx, tx, digestOf(k.Secret))
		if err != nil {
			return c, err
		}
		_, err = s.cfg.Guard.Check(c.reporter(), permFollow, c.Object())
		return c, err
	}
	if !s.cfg.Guard.May(k.Actor, permReport) {
		return Case{}, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	c, err := caseByID(ctx, tx, k.ID)
	if err != nil {
		return c, err
	}
	if c.Org == "" || !s.cfg.Guard.Decide(k.Actor, permReport, c.Object()).Allowed {
		return Case{}, ward.Fail(ward.NotFound, "") // that it exists is confidential
	}
	return c, nil
}

// Follow shows a case to its reporter.
func (s *Service) Follow(ctx context.Context, k Key) (f Followed, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if f.Case, err = s.open(ctx, tx, k); err != nil {
			return err
		}
		if f.Messages, err = s.talk(ctx, tx, f.Case.ID, false); err != nil {
			return err
		}
		f.Files, err = s.attachments(ctx, tx, f.Case.ID)
		return err
	})
	if err != nil {
		return Followed{}, ward.Wrap("follow case", err)
	}
	for i := range f.Messages {
		f.Messages[i].Person = ""
	}
	f.Case.Assignee, f.Case.AssigneeName = "", ""
	return f, nil
}

// Own lists the cases of a maker, the newest first by their steps. Needs
// disclosure.report.
func (s *Service) Own(ctx context.Context, a ward.Actor) (out []Case, err error) {
	scope := s.cfg.Guard.Scope(a, permReport)
	if scope.Everything { // the house itself has none of its own
		scope = ward.Scope{}
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listCases(ctx, tx, Filter{All: true, Limit: listLimit}, scope, a.Person, s.cfg.Clock())
		return err
	})
	return out, ward.Wrap("list own reports", err)
}

// Say takes in a message of the reporter, with files or files alone. It answers
// whatever question was open. address is where it comes from.
func (s *Service) Say(ctx context.Context, k Key, words string, uploads []Upload, address string) error {
	words = plain.Text(words)
	if err := within("text", words, maxAnswer); err != nil {
		return ward.Wrap("answer in case", err)
	}
	if words == "" && len(uploads) == 0 {
		return ward.Wrap("answer in case", invalid("needed.text", "text"))
	}
	if len(uploads) > MaxFiles { // before any is looked at
		return ward.Wrap("answer in case", invalid("files_many", "files", "max", strconv.Itoa(MaxFiles)))
	}
	return ward.Wrap("answer in case", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, k)
		if err != nil {
			return err
		}
		return s.say(ctx, tx, c, words, uploads, originHash(address))
	}))
}

func (s *Service) say(ctx context.Context, tx *db.Tx, c Case, words string, uploads []Upload, origin string) error {
	now := s.cfg.Clock()
	n, err := countWords(ctx, tx, c.ID, now.Add(-day))
	if err == nil && n >= caseWords {
		err = ward.Fail(ward.Throttled, "disclosure.error.words").After(day)
	}
	if err != nil {
		return err
	}
	if err := s.attach(ctx, tx, c, uploads, origin); err != nil {
		return err
	}
	// A row without words keeps the number of forms within the bound as well.
	if err := s.putMessage(ctx, tx, c, Message{Side: FromReporter, Text: words}); err != nil {
		return err
	}
	c.Heard, c.Waits = now, false
	c.settle()
	if err := updateCase(ctx, tx, c); err != nil {
		return err
	}
	did := "said"
	if words == "" {
		did = "attached"
	}
	return s.noteOf(ctx, tx, c, did, "")
}

// attach stores files that come after the report.
func (s *Service) attach(ctx context.Context, tx *db.Tx, c Case, uploads []Upload, origin string) error {
	if len(uploads) == 0 {
		return nil
	}
	have, size, err := filesSize(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	list, err := checkFiles(uploads, have, size)
	if err != nil {
		return err
	}
	var more int64
	for _, u := range list {
		more += int64(len(u.Data))
	}
	if err := s.measure(ctx, tx, origin, false, more); err != nil {
		return err
	}
	for _, f := range s.sealFiles(list) {
		if err := insertFile(ctx, tx, c.ID, f); err != nil {
			return err
		}
	}
	return nil
}

// putMessage seals and stores a message; its id and time are set here.
func (s *Service) putMessage(ctx context.Context, tx *db.Tx, c Case, m Message) error {
	m.ID, m.At = s.cfg.IDs(), s.cfg.Clock()
	return insertMessage(ctx, tx, c.ID, sealedMessage{Message: m, sealed: s.box.Seal(m.Text, owner("message", m.ID))})
}

// talk opens the messages of a case.
func (s *Service) talk(ctx context.Context, tx *db.Tx, id string, notes bool) ([]Message, error) {
	list, err := messagesOf(ctx, tx, id, notes)
	if err != nil {
		return nil, err
	}
	var out []Message
	for _, m := range list {
		if m.Text, err = s.box.Open(m.sealed, owner("message", m.ID)); err != nil {
			return nil, err
		}
		if m.Text != "" {
			out = append(out, m.Message)
		}
	}
	return out, nil
}

// attachments opens the names of a case's files.
func (s *Service) attachments(ctx context.Context, tx *db.Tx, id string) ([]File, error) {
	list, err := filesOf(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	out := make([]File, len(list))
	for i, f := range list {
		if f.Name, err = s.box.Open(f.name, owner("name", f.ID)); err != nil {
			return nil, err
		}
		out[i] = f.File
	}
	return out, nil
}
