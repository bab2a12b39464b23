// Package forward lets a response team pass a report on to the teams of other
// Member States and to the Centre (NIS2 Art. 23(6), 12(1), 15), under the
// report's marking (TLP 2.0) and the rule of sharing of its country.
//
// RED does not leave, AMBER+STRICT stays in the country; a rule "nothing" lets
// nothing out, and under "covered" neither the hospital nor what people wrote
// goes along, but answers of the catalogue and technical traces. What leaves is a
// copy, sealed; the receiver reads that and nothing of the report. Who forwarded,
// to whom, when and with what text the hospital sees, and each look at it.
package forward
