package csaf

import "testing"

// BenchmarkCorpus reads all 1,673 documents of CISA and makes their claims.
// Reprint with: go test ./format/csaf -run xxx -bench Corpus
func BenchmarkCorpus(b *testing.B) {
	var files [][]byte
	size := int64(0)
	corpus(b, func(_ string, data []byte) {
		files = append(files, data)
		size += int64(len(data))
	})
	run := func(name string, each func(data []byte, doc *Document)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, data := range files {
					doc, err := Parse(data, Limits{})
					if err != nil {
						b.Fatal(err)
					}
					each(data, doc)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(files)), "µs/document")
		})
	}
	run("parse+claims", func(_ []byte, doc *Document) { doc.Claims() })
	run("parse+claims+summary", func(_ []byte, doc *Document) { doc.Claims(); doc.Summary() })
	run("parse+validate", func(data []byte, _ *Document) { Validate(data) })
	run("parse+basic", func(data []byte, _ *Document) { Check(data, Mandatory) })
	run("parse+full", func(data []byte, _ *Document) { Check(data, Informative) })
}
