// Package inventory keeps what an organisation owns: devices, software and the
// components in them, as the hospital itself wrote it. It serves COM(2025) 10's
// early warning, whose first question is "who has this product?", and gives the
// asset database that CSAF 2.0 section 9.1.13 (asset matching system) and 9.1.17
// (SBOM matching system) ask for.
//
// Rows lie in the database and are the truth. What an organisation holds is
// also kept as one compact list of product and number of rows, written in the
// transaction that changes the rows; from these lists every replica builds the
// index in memory that answers Holders (package posting). Each change gets the
// next number of a counter, so that a replica knows by one look whether its
// index is up to date, whatever signals were lost.
//
// Facts told: InventoryChanged, once per act. Facts heard: none.
// Questions asked: the analysts' Decisions, of detect/advisory.
package inventory
