package ui

import "ward/web"

// Kept are the files that a page of ours needs beside itself, for whoever keeps
// pages to be read without a network; version changes with any of them.
func Kept() (version string, files []string) {
	for _, name := range []string{"app.css", "mark.svg", "app.js", "icons.svg"} {
		if u := web.Asset(name); u != "" { // without npm there are only two
			files = append(files, u)
		}
	}
	return web.Version(), files
}
