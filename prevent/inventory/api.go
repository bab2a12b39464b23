package inventory

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"ward"
	"ward/kit/web"
	"ward/prevent/inventory/entry"
	"ward/prevent/inventory/upload"
)

// operations is the API of the inventory. Files travel as the body itself.
func (s *Service) operations() []web.Operation {
	const base = "/api/v1/inventory"
	const file = upload.MaxFile + 1<<10 // a little more, so that a file that is too large is told as that
	return []web.Operation{
		web.Op("GET", base+"/assets", read, "List the rows of the inventory", s.apiList),
		web.Op("POST", base+"/assets", write, "Add one row", s.apiAdd),
		web.Op("GET", base+"/assets/{id}", read, "Show one row", s.apiShow),
		web.Do("PUT", base+"/assets/{id}", write, "Write one row anew", s.apiEdit),
		web.Do("DELETE", base+"/assets/{id}", write, "Remove one row", s.apiDelete),
		web.Do("POST", base+"/assets/delete", write, "Remove several rows", s.apiDeleteMany),
		web.Do("POST", base+"/assets/end-of-support", write, "Set the end of support of several rows", s.apiSupport),
		web.Op("GET", base+"/assets/{id}/components", read, "List the components of one row", s.apiComponents),
		web.Stream("POST", base+"/assets/{id}/sbom", write, "Attach a bill of materials (CycloneDX or SPDX) to one row", "application/json", file, s.apiAttach).Takes("name"),
		web.Do("DELETE", base+"/assets/{id}/sbom", write, "Take the bill of materials off one row", s.apiDetach),
		web.Op("GET", base+"/figures", read, "Sum the inventory up", s.apiFigures),
		web.Op("GET", base+"/choices", read, "List the values that rows can be filtered by", s.apiChoices),
		web.Stream("GET", base+"/export", read, "Export the inventory as csv, json or cyclonedx", "text/csv application/json application/vnd.cyclonedx+json", 0, s.apiExport).Takes("format", "text", "department", "site", "vendor", "version", "past"),
		web.Stream("POST", base+"/import", write, "Import a file in one call, or with dry_run only say what it would change", "application/json", file, s.apiImport).Takes("name", "dry_run", "remove_missing", "field"),
		web.Stream("POST", base+"/imports", write, "Upload a file for preview", "application/json", file, s.apiUpload).Takes("name"),
		web.Op("GET", base+"/imports", read, "List imports", s.apiImports),
		web.Op("GET", base+"/imports/{id}", read, "Show one import", s.apiOneImport),
		web.Op("POST", base+"/imports/{id}/columns", write, "Say what the columns of a table mean", s.apiColumns),
		web.Do("POST", base+"/imports/{id}/confirm", write, "Let an import begin", s.apiConfirm),
		web.Do("POST", base+"/imports/{id}/cancel", write, "Give an import up", s.apiCancel),
	}
}

// AssetEntry is a row as clients write it; exported for the same reason as RowFilter.
type AssetEntry struct {
	RowID        string `json:"row_id,omitempty" doc:"your own number of the row"`
	Vendor       string `json:"vendor,omitempty"`
	Product      string `json:"product,omitempty"`
	Model        string `json:"model,omitempty"`
	Version      string `json:"version,omitempty"`
	Serial       string `json:"serial,omitempty"`
	UDI          string `json:"udi,omitempty" doc:"UDI-DI"`
	PURL         string `json:"purl,omitempty"`
	CPE          string `json:"cpe,omitempty"`
	Quantity     int    `json:"quantity,omitempty" doc:"1 if not given"`
	Site         string `json:"site,omitempty"`
	Department   string `json:"department,omitempty"`
	Service      string `json:"service,omitempty" doc:"clinical service"`
	Zone         string `json:"zone,omitempty" doc:"network zone"`
	Owner        string `json:"owner,omitempty"`
	Notes        string `json:"notes,omitempty"`
	EndOfSupport string `json:"end_of_support,omitempty" doc:"day, 2027-12-31"`
}

// assetRow is a row as clients read it.
type assetRow struct {
	ID        string `json:"id"`
	ProductID uint32 `json:"product_id"`
	SBOM      bool   `json:"sbom"`
	Created   string `json:"created_at"`
	Updated   string `json:"updated_at"`
	AssetEntry
}

func wireOf(a Asset) assetRow {
	return assetRow{ID: string(a.ID), ProductID: uint32(a.Product), SBOM: a.SBOM != "", Created: a.Created.Format(time.RFC3339),
		Updated: a.Updated.Format(time.RFC3339), AssetEntry: AssetEntry{RowID: a.RowID, Vendor: a.Ref.Vendor, Product: a.Ref.Name, Model: a.Ref.Model,
			Version: a.Ref.Version, Serial: a.Ref.Serial, UDI: a.Ref.UDI, PURL: a.Ref.PURL, CPE: a.Ref.CPE, Quantity: a.Quantity, Site: a.Site,
			Department: a.Department, Service: a.Service, Zone: a.Zone, Owner: a.Owner, Notes: a.Notes, EndOfSupport: a.EndOfSupport}}
}

func (w AssetEntry) entry() entry.Entry {
	return entry.Entry{RowID: w.RowID, Quantity: max(w.Quantity, bit(w.Quantity == 0)), Site: w.Site, Department: w.Department, Service: w.Service,
		Zone: w.Zone, Owner: w.Owner, Notes: w.Notes, EndOfSupport: w.EndOfSupport, Ref: ward.ProductRef{Vendor: w.Vendor, Name: w.Product,
			Model: w.Model, Version: w.Version, Serial: w.Serial, UDI: w.UDI, PURL: w.PURL, CPE: w.CPE}}
}

// idPath is the one path value that most operations have.
type idPath struct {
	ID string `path:"id"`
}

// RowFilter is the filter of lists in the address. It is exported, as the router
// fills embedded structs only then.
type RowFilter struct {
	Text       string `query:"text" maxLength:"200"`
	Department string `query:"department" maxLength:"500"`
	Site       string `query:"site" maxLength:"500"`
	Vendor     string `query:"vendor" maxLength:"500"`
	Version    string `query:"version" enum:"missing"`
	Past       bool   `query:"past" doc:"only rows past their end of support"`
}

// filter turns the filter of the address into that of the store. What is past is
// decided by our day, not by the client's.
func (s *Service) filter(w RowFilter) Filter {
	f := Filter{Text: w.Text, Department: w.Department, Site: w.Site, Vendor: w.Vendor, Version: w.Version}
	if w.Past {
		f.PastBefore = s.today()
	}
	return f
}

// listIn asks for one stretch of the list; After and Before come from the answer before.
type listIn struct {
	RowFilter
	After  string `query:"after"`
	Before string `query:"before"`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"500"`
}

// assetList is one stretch of the list. There is no total: counting a million rows
// for each page would cost more than the page.
type assetList struct {
	Assets []assetRow `json:"assets"`
	Before string     `json:"before,omitempty" doc:"give it back for the page before"`
	After  string     `json:"after,omitempty" doc:"give it back for the next page"`
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, in *listIn) (*assetList, error) {
	rows, before, after, err := s.Assets(ctx, a, s.filter(in.RowFilter), Page{After: ward.AssetID(in.After), Before: ward.AssetID(in.Before), Limit: in.Limit})
	out := &assetList{Assets: make([]assetRow, len(rows)), Before: string(before), After: string(after)}
	for i, r := range rows {
		out.Assets[i] = wireOf(r)
	}
	return out, err
}

// assetOrImportID names what was made.
type assetOrImportID struct {
	ID string `json:"id"`
}

func (s *Service) apiAdd(ctx context.Context, a ward.Actor, in *struct{ Body AssetEntry }) (*assetOrImportID, error) {
	id, err := s.Add(ctx, a, in.Body.entry())
	return &assetOrImportID{string(id)}, err
}

func (s *Service) apiShow(ctx context.Context, a ward.Actor, in *idPath) (*assetRow, error) {
	row, err := s.Asset(ctx, a, ward.AssetID(in.ID))
	out := wireOf(row)
	return &out, err
}

type editIn struct {
	ID   string `path:"id"`
	Body AssetEntry
}

func (s *Service) apiEdit(ctx context.Context, a ward.Actor, in *editIn) error {
	return s.Edit(ctx, a, ward.AssetID(in.ID), in.Body.entry())
}

func (s *Service) apiDelete(ctx context.Context, a ward.Actor, in *idPath) error {
	return s.Delete(ctx, a, []ward.AssetID{ward.AssetID(in.ID)})
}

// manyIn is an act on rows that a person chose.
type manyIn struct {
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"5000"`
		Day string   `json:"day,omitempty" doc:"end of support, 2027-12-31; empty for none"`
	}
}

func (m *manyIn) ids() []ward.AssetID {
	out := make([]ward.AssetID, len(m.Body.IDs))
	for i, id := range m.Body.IDs {
		out[i] = ward.AssetID(id)
	}
	return out
}

func (s *Service) apiDeleteMany(ctx context.Context, a ward.Actor, in *manyIn) error {
	return s.Delete(ctx, a, in.ids())
}

func (s *Service) apiSupport(ctx context.Context, a ward.Actor, in *manyIn) error {
	return s.SetEndOfSupport(ctx, a, in.ids(), in.Body.Day)
}

// componentsIn asks for components behind a product number.
type componentsIn struct {
	ID    string `path:"id"`
	Text  string `query:"text" maxLength:"200"`
	After uint32 `query:"after"`
	Limit int    `query:"limit" default:"200" minimum:"1" maximum:"1000"`
}

// componentRow is one component, as its maker wrote it.
type componentRow struct {
	ProductID uint32 `json:"product_id"`
	Vendor    string `json:"vendor,omitempty"`
	Name      string `json:"name,omitempty"`
	Version   string `json:"version,omitempty"`
	PURL      string `json:"purl,omitempty"`
	CPE       string `json:"cpe,omitempty"`
}

type componentList struct {
	Components []componentRow `json:"components"`
}

func (s *Service) apiComponents(ctx context.Context, a ward.Actor, in *componentsIn) (*componentList, error) {
	list, err := s.Components(ctx, a, ward.AssetID(in.ID), in.Text, ward.ProductID(in.After), in.Limit)
	out := &componentList{Components: make([]componentRow, len(list))}
	for i, c := range list {
		out.Components[i] = componentRow{ProductID: uint32(c.Product), Vendor: c.Ref.Vendor, Name: c.Ref.Name, Version: c.Ref.Version, PURL: c.Ref.PURL, CPE: c.Ref.CPE}
	}
	return out, err
}

func (s *Service) apiDetach(ctx context.Context, a ward.Actor, in *idPath) error {
	return s.Detach(ctx, a, []ward.AssetID{ward.AssetID(in.ID)})
}

func (s *Service) apiAttach(c *web.Call) error {
	if err := s.Attach(c.Context(), c.Actor, []ward.AssetID{ward.AssetID(c.Path("id"))}, c.Query("name"), c.R.Body); err != nil {
		return err
	}
	return answer(c, assetOrImportID{c.Path("id")})
}

// answer writes JSON as the other operations do.
func answer(c *web.Call, v any) error {
	c.W.Header().Set("Content-Type", "application/json")
	c.W.WriteHeader(http.StatusOK)
	return json.NewEncoder(c.W).Encode(v)
}

// inventoryFigures sums an inventory up in rows.
type inventoryFigures struct {
	Rows      int `json:"rows"`
	Pieces    int `json:"pieces"`
	NoVersion int `json:"without_version"`
	Past      int `json:"past_end_of_support"`
	SBOMs     int `json:"with_components"`
}

func (s *Service) apiFigures(ctx context.Context, a ward.Actor, _ *struct{}) (*inventoryFigures, error) {
	f, err := s.Figures(ctx, a)
	return &inventoryFigures{f.Rows, f.Pieces, f.NoVersion, f.Past, f.SBOMs}, err
}

// inventoryChoices are the values that filters can take.
type inventoryChoices struct {
	Departments []string `json:"departments"`
	Sites       []string `json:"sites"`
	Vendors     []string `json:"vendors"`
}

func (s *Service) apiChoices(ctx context.Context, a ward.Actor, _ *struct{}) (*inventoryChoices, error) {
	c, err := s.Choices(ctx, a)
	return &inventoryChoices{c.Departments, c.Sites, c.Vendors}, err
}

func (s *Service) apiExport(c *web.Call) error {
	q := c.Query
	f := s.filter(RowFilter{Text: q("text"), Department: q("department"), Site: q("site"), Vendor: q("vendor"), Version: q("version"), Past: q("past") == "true"})
	return s.SendExport(c, f, q("format"))
}

// SendExport answers c with an export as a file to save. An empty format is CSV.
func (s *Service) SendExport(c *web.Call, f Filter, format string) error {
	if format == "" {
		format = ExportCSV
	}
	return s.Export(c.Context(), c.Actor, f, format, func() io.Writer {
		h := c.W.Header()
		h.Set("Content-Type", ExportType(format))
		h.Set("Content-Disposition", `attachment; filename="inventory.`+map[string]string{ExportCSV: "csv", ExportJSON: "json", ExportCycloneDX: "cdx.json"}[format]+`"`)
		return c.W
	})
}
