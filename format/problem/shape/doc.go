// Package shape checks JSON trees against shapes that are written as text: the
// rules of a standard in a notation short enough to be read beside it.
//
//	bom = { bomFormat: enum(CycloneDX) version?: int(1..) components?: [component](unique) }
//	component = { type: enum(library device) name: str(1..) hash?: /^[0-9a-f]{32}$/ }
//	licence = { id?: str name?: str } & (has(id) ^ has(name))
//
// A line is "name = shape"; lines that begin with a blank continue the line
// above, "#" begins a comment line, and "[1.4-1.6]" before a name says for
// which editions of the standard the line holds. Shapes:
//
//	any str int num bool null     a value of that type; str, int, num take (min..max)
//	true                          the boolean true
//	/regexp/                      a string that the expression finds something in
//	@format                       a string of a known format, see formats.go; (min..max) bounds its number
//	enum(a b "c d")               one of these strings
//	[x](1..9 unique)              an array; the brackets behind may be left out
//	[a, x]                        an array that begins with an a
//	{ a: x  b?: y  * }            an object; ? optional; a closing * lets unknown members
//	                              pass, "*: x" gives them a shape, without both they are faults
//	has(a b)                      an object that has these members
//	x & y, x | y, x ^ y, !x       all, at least one, exactly one, not
//	name                          the shape of that name
package shape
