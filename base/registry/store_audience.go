package registry

import (
	"context"
	"slices"
	"strings"

	"ward"
	"ward/kit/db"
)

// audienceLimit bounds the organisations that one audience means: more than the
// Union has care providers with a network.
const audienceLimit = 1_000_000

// audience lists the care providers that the lists of a admit, in the order of
// ids; sizes are computed from the figures, as everywhere.
func audience(ctx context.Context, tx *db.Tx, a ward.Audience) ([]ward.Organisation, error) {
	var args db.Args
	kinds := a.Kinds
	if len(kinds) == 0 {
		kinds = slices.DeleteFunc(ward.OrgKinds(), func(k ward.OrgKind) bool { return !k.CareProvider() })
	}
	where := []string{`kind IN (` + db.In(&args, kinds) + `)`}
	if len(a.Countries) > 0 {
		where = append(where, `country IN (`+db.In(&args, a.Countries)+`)`)
	}
	if len(a.Services) > 0 {
		where = append(where, `EXISTS (SELECT 1 FROM registry_service s WHERE s.org = registry_organisation.id AND s.code IN (`+db.In(&args, a.Services)+`))`)
	}
	rows, err := db.Rows(ctx, tx, `
		SELECT `+organisationColumns+`
		FROM registry_organisation WHERE `+strings.Join(where, ` AND `)+`
		ORDER BY id LIMIT `+args.Add(audienceLimit), args, scanProfile)
	var out []ward.Organisation
	for _, p := range rows {
		if len(a.Sizes) == 0 || slices.Contains(a.Sizes, string(p.Size())) {
			out = append(out, p.Organisation())
		}
	}
	return out, err
}
