// Package indicator reads lists of indicators and finds them in log lines.
//
// Lists come as text, CSV, STIX 2.1 bundles, MISP events and the bundle of this
// house (Read). A Builder turns them into one index, a sequence of bytes that
// may lie in a file and be mapped (Open); a Scanner finds its indicators in log
// text.
//
// # What a hit is
//
// A line is what stands between two line feeds. In a line these are looked at:
//
//   - A name is a longest run of letters, digits, '.', '_' and '-' (letters of
//     every script, so that "bücher.example" is one name). Dots, '-' and '_' at
//     its end and dots and '-' at its beginning are no part of it, nor is an
//     escape before it that reaches into the run ("%2F", "\n", "\x22",
//     "\u003c"). Names longer than 253 bytes are none.
//   - An IPv4 address is a name of four decimal numbers up to 255 without
//     leading zeros: 1.2.3.4 is not in 21.2.3.45, 1.2.3.4.5 or v1.2.3.4.
//   - An IPv6 address is a longest run of hexadecimal digits, ':' and '.' with a
//     colon, not joined to a further letter, digit, '_' or '-' but for the tag
//     "IPv6:" of mail servers (RFC 5321 section 4.1.3), in any spelling of RFC
//     4291 section 2.2. An IPv4-mapped one (::ffff:0:0/96) is the IPv4
//     address.
//   - A domain is a name, in any case, IDNs as A-labels (RFC 5891). An indicator
//     that covers its subdomains is also found as the end of a name after a
//     dot: evil.example in www.evil.example, never in notevil.example.
//   - A URL begins with a scheme or a host and ends before white space, a
//     control, one of "<>\^`{|} or the end; before '#', ',', ';', ')', ']', a
//     quote, '*', '!' and before dots and colons at its end it may end. Scheme
//     and host are compared in any case, user names are left out, the default
//     port of http and https is left out, an empty path is "/", "\/" is "/", "&amp;" and
//     "\u0026" are "&", "\u003d" and "\=" are "=", "\u002b" is "+"; the
//     rest is compared byte by byte. An indicator without a scheme is found with
//     every scheme. One that covers what lies below is found where the URL goes
//     on with '/', '?', '#' or '&', or anyhow if it ends in '/'.
//   - An e-mail address is a run of letters, digits and "._+-", '@' and a name;
//     in any case.
//   - A hash is a longest run of letters and digits, 32, 40 or 64 long, all
//     hexadecimal, in any case.
//   - A file name is a name, in any case. One with further characters (blanks,
//     folders) is found where all of it stands, '\', '\\' and '/' being the same,
//     and no letter or digit stands directly before it.
//
// Whatever a filter says, the text itself is compared before a hit is told.
// reference_test.go says all this again, slowly; the engine must agree with it.
package indicator
