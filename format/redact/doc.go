// Package redact takes out of a text what names or numbers a person, before the
// text leaves a hospital: names in the fields and phrases in which logs hold
// them, HL7 and DICOM names, patient identifiers, national and insurance numbers
// of the 27 Member States with their check digits, mail addresses, telephone
// numbers, dates of birth.
//
//	r := redact.New(redact.Options{})
//	clean, found := r.Text(line, "bad.example") // the indicator itself stays
//	value, found := r.Field("TargetUserName", value)
//
// Machines stay readable: host names, addresses, system accounts (SYSTEM, root,
// PC17$), domains of mail addresses and of accounts. What is taken out is
// replaced by its kind in brackets, such as [person]; with a key in Options the
// same value has the same tag everywhere, so that a reader sees that two lines
// are about one person without learning who.
//
// What it cannot do: a name in running text without a title, a label or a form
// around it is a word like others and stays. The share that is found is
// measured on made-up patient data (recall_test.go); docs/logs.md has the
// figures. Where a check is weak, a number needs a label or a telling field
// beside it; otherwise more rather than less is taken out.
//
// The words, labels and number forms are data (data/*.txt), with their sources.
package redact
