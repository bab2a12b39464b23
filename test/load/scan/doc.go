// Command scan measures ward scan beside the tools that a responder would reach
// for: ripgrep with a file of fixed strings, and wc as the physical limit.
//
//	go run ./test/load/scan -ward build/ward -dir /tmp/scan -mb 320 -indicators 1000000
//
// It makes the logs and the indicators from a seed and prints their manifest. No
// time counts before the lines that ward finds equal those of a matcher of a few
// lines that cuts by regular expressions and asks maps. Times are CPU time (user
// and system) of whole processes, the least of runs that take turns; the ratio
// is what is comparable between machines, not the seconds. The logs are synthetic
// and lie in the page cache; ripgrep finds substrings, so it also does less.
package main
