package advisory

import (
	"context"
	"errors"
	"fmt"

	"ward"
	"ward/kit/event"
)

// CentreSource is the source that stands for what this house itself publishes.
const CentreSource = "00000000-0000-7000-8000-000000000001"

// ours reports whether a namespace is that of this house.
func (s *Service) ours(namespace string) bool {
	return s.cfg.Namespace != "" && foldNamespace(namespace) == foldNamespace(s.cfg.Namespace)
}

// onBulletin takes in what the Centre published. Facts may come late or twice:
// the version in the document decides, and the same bytes change nothing.
func (s *Service) onBulletin(ctx context.Context, _ event.Meta, f ward.BulletinPublished) error {
	if s.cfg.Bulletins == nil {
		return nil
	}
	own, err := s.cfg.Bulletins.Published(ctx, f.Bulletin, f.Version)
	if err != nil {
		return ward.Wrap("take in own publication", err)
	}
	done, err := s.process(ctx, []arrival{{source: CentreSource, name: fmt.Sprintf("%s version %d", f.Number, f.Version),
		body: own.Document, withdrawn: own.Withdrawn, fetchedAt: s.cfg.Clock(), signature: Unsigned}})
	if err == nil && done[0].fate == FateRefused { // kept as a fault of the source; the job tells the operator
		err = errors.New("own document " + f.Number + " was refused: " + done[0].refusal.Kind)
	}
	return ward.Wrap("take in own publication", err)
}
