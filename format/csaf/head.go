package csaf

// head reads /document (CSAF 2.0 section 3.2.1).
func (d *decoder) head() {
	doc := d.doc
	d.object(func(name string) {
		switch name {
		case "csaf_version":
			d.name(&doc.CSAFVersion)
		case "category":
			d.name(&doc.Category)
		case "title":
			d.name(&doc.Title)
		case "lang":
			d.name(&doc.Lang)
		case "publisher":
			d.publisher(&doc.Publisher)
		case "tracking":
			d.tracking(&doc.Tracking)
		case "distribution":
			d.distribution()
		case "aggregate_severity":
			d.only("text", func() { d.name(&doc.SeverityText) })
		case "notes":
			d.notes(&doc.Notes)
		case "references":
			d.references(&doc.References)
		default:
			d.skip()
		}
	})
}

// only reads one member of an object and skips the others.
func (d *decoder) only(want string, read func()) {
	d.object(func(name string) {
		if name == want {
			read()
			return
		}
		d.skip()
	})
}

// publisher reads section 3.2.1.8; contact and authority are not kept, since
// people are pointed to the document itself.
func (d *decoder) publisher(p *Publisher) {
	d.object(func(name string) {
		switch name {
		case "category":
			d.name(&p.Category)
		case "name":
			d.name(&p.Name)
		case "namespace":
			d.name(&p.Namespace)
		default:
			d.skip()
		}
	})
}

// distribution reads section 3.2.1.5; Marking interprets it.
func (d *decoder) distribution() {
	d.object(func(name string) {
		switch name {
		case "text":
			d.text(&d.doc.DistributionText)
		case "tlp":
			d.only("label", func() { d.name(&d.doc.TLPLabel) })
		default:
			d.skip()
		}
	})
}

// tracking reads section 3.2.1.12. The id is cleaned like a name: a blank at
// its end must not make another document of it.
func (d *decoder) tracking(t *Tracking) {
	d.object(func(name string) {
		switch name {
		case "id":
			d.name(&t.ID)
		case "aliases":
			d.nameList(&t.Aliases)
		case "status":
			d.name(&t.Status)
		case "version":
			d.name(&t.Version)
		case "initial_release_date":
			d.date(&t.Initial)
		case "current_release_date":
			d.date(&t.Current)
		case "revision_history":
			d.array(func() { t.Revisions = append(t.Revisions, d.revision()) })
		default:
			d.skip()
		}
	})
}

// revision reads one entry of the history (section 3.2.1.12.6).
func (d *decoder) revision() (r Revision) {
	d.object(func(name string) {
		switch name {
		case "number":
			d.name(&r.Number)
		case "date":
			d.date(&r.Date)
		case "summary":
			d.text(&r.Summary)
		default:
			d.skip()
		}
	})
	return r
}

// notes reads a list of notes (section 3.1.5).
func (d *decoder) notes(to *[]Note) {
	d.array(func() {
		var n Note
		d.object(func(name string) {
			switch name {
			case "category":
				d.name(&n.Category)
			case "title":
				d.name(&n.Title)
			case "audience":
				d.name(&n.Audience)
			case "text":
				d.text(&n.Text)
			default:
				d.skip()
			}
		})
		*to = append(*to, n)
	})
}

// references reads a list of references (section 3.1.10). Addresses are kept as
// written; who shows or follows one checks it.
func (d *decoder) references(to *[]Reference) {
	d.array(func() {
		var r Reference
		d.object(func(name string) {
			switch name {
			case "category":
				d.name(&r.Category)
			case "summary":
				d.text(&r.Summary)
			case "url":
				d.name(&r.URL)
			default:
				d.skip()
			}
		})
		*to = append(*to, r)
	})
}
