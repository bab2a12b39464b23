// Package intake takes over reports that reached a response team in another way
// than through this house: a document of the open form ward.incident/1, a table
// with one report in each row, or the text of a letter. Such a report is the named
// organisation's: the same law, clocks and facts as for one that was sent here, its
// time being when it reached the team.
//
// The same bytes, or the same number of the same organisation at the same stage,
// are told and not doubled; a later stage under the number goes on with the
// report. Of a letter the text stays as it came, sealed; rules propose answers
// (format/notice), and a person confirms them.
package intake
