// Package pack opens what people hand over in one file: zip, tar, and single
// files or tars compressed with gzip, bzip2, xz or zstandard, also one inside
// another. It hands on each regular file as a stream and writes nothing.
//
// Archives are hostile until proven otherwise: entries, bytes, expansion and
// nesting are bounded before memory is spent on them, and names are cleaned
// although nobody should use them as paths. A damaged entry costs that entry;
// only a broken bound or a damaged outer archive ends the walk.
//
// Not opened: 7z and RAR (no decoder in the house; they are named in the
// error), encrypted zip entries, sparse tar entries. Office files are zips and
// are handed on whole, unless Limits.Office asks for their parts.
package pack
