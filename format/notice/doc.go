// Package notice reads reports of incidents that reached an authority in another
// way than through the platform: the open form ward.incident/1 (JSON), a table
// with one report in each row (CSV, XLSX), and the text of a letter, of which
// plain rules find what an analyst may confirm.
//
// What is not understood is named with its place; nothing is guessed: a letter
// gives proposals and no answers.
package notice
