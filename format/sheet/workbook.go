package sheet

import (
	"errors"
	"slices"
)

// maxSheets is how many worksheets of one workbook are looked at.
const maxSheets = 100

// firstSheet begins with the first worksheet that fits, else with the first that
// has rows: covers, legends and charts stand before the table.
func (r *Reader) firstSheet() error {
	first, fault := -1, error(&Error{Kind: ErrEmpty})
	for r.sheet = range r.sheets[:min(len(r.sheets), maxSheets)] {
		err := r.begin()
		switch {
		case err == nil && r.fits():
			return nil
		case err == nil:
			r.unread = append(r.unread, r.Sheet())
			if first < 0 {
				first = r.sheet
			}
		case first < 0:
			fault = err
		}
	}
	if first < 0 {
		return fault
	}
	r.sheet, r.unread = first, nil
	err := r.begin()
	r.like = r.header
	return err
}

// begin looks for the header of the worksheet at hand.
func (r *Reader) begin() (err error) {
	if r.src, err = newXLSX(r.file, r.Sheet(), r.lim); err != nil {
		return err // a chart sheet has no rows
	}
	return r.findHeader()
}

// fits reports whether the worksheet at hand can be seen and has a header such as
// is looked for: of an inventory, one that names a product among other things, or
// the one that was taken for want of such.
func (r *Reader) fits() bool {
	if visible, err := r.file.GetSheetVisible(r.Sheet()); err != nil || !visible {
		return false
	}
	if r.head != nil {
		return r.head(r.header)
	}
	if len(r.like) > 0 && slices.Equal(r.header, r.like) {
		return true
	}
	m := Guess(r.header, nil)
	return knownNames(r.header) > 1 && (m.Index(Product) >= 0 || m.Index(Model) >= 0 || m.Index(UDI) >= 0)
}

// NextSheet goes on to the next worksheet that fits, as a hospital keeps one for
// each site; false if there is none. It has a header of its own. The limits hold
// for all worksheets together.
func (r *Reader) NextSheet() bool {
	for r.sheet+1 < len(r.sheets) {
		r.sheet++
		if r.sheet >= maxSheets {
			r.unread = append(r.unread, r.Sheet())
			continue
		}
		err := r.begin()
		if err == nil && r.fits() {
			return true
		}
		if !errors.Is(err, ErrEmpty) {
			r.unread = append(r.unread, r.Sheet())
		}
	}
	return false
}

// Unread names the worksheets with content that were passed over so far.
func (r *Reader) Unread() []string { return r.unread }
