// Package rule reads legal duties that are written as data and says, for one
// organisation and one incident, which of them apply, until when, to whom, and
// why, with the article.
//
// It is pure: texts and a moment in, values out. The law itself lies in data
// files (respond/incident/data); a new deadline is an edit there, never here.
//
// Three habits run through it:
//
//   - Three answers. A fact that nobody has given is unknown, and unknown is
//     never read as no. A duty whose conditions stay open says which answers
//     would settle it. The few facts that are taken as given until somebody says
//     otherwise (a designation that an authority would have told) are named as
//     assumed in the result.
//   - Strict first. The due moment is the earliest reading. Where Regulation
//     (EEC, Euratom) 1182/71 on periods gives more time, that end is a second,
//     informative moment (Duty.Latest).
//   - Total expressions. Conditions are CEL without loops, macros, text functions
//     and division: every one ends, within a cost limit, and its explanation is a
//     tree of the parts that decided.
package rule
