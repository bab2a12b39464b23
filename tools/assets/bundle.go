package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// styles makes app.css: what is used of the design system, then ours.
func styles(root string, pkgs packages, out *output) error {
	system, err := os.ReadFile(pkgs.file("@ecl/preset-eu", "dist", "styles", "ecl-eu.css"))
	if err != nil {
		return err
	}
	classes, err := os.ReadFile(filepath.Join(root, "kit", "ui", "ecl", "class.go"))
	if err != nil {
		return err
	}
	ours, err := os.ReadFile(filepath.Join(root, "web", "src", "ward.css"))
	if err != nil {
		return err
	}
	css := dropProperties(purge(string(system), usedClasses(string(classes))) + string(ours))
	r := api.Transform(css, api.TransformOptions{Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone})
	if err := fault(r.Errors); err != nil {
		return err
	}
	return out.add("app.css", r.Code)
}

// scripts makes app.js (ours alone), live.js (event streams, where a page has a
// live region), passkey.js (pages that ask an authenticator) and ransomware.js
// (identification of ransom notes in the browser).
func scripts(root string, pkgs packages, out *output) error {
	src := filepath.Join(root, "web", "src")
	for _, name := range []string{"app.js", "live.js", "passkey.js", "ransomware.js"} {
		r := api.Build(api.BuildOptions{
			EntryPoints: []string{filepath.Join(src, name)}, Bundle: true, Format: api.FormatESModule, Target: api.ES2020,
			MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, LegalComments: api.LegalCommentsNone,
			Alias: map[string]string{
				"htmx":   pkgs.file("htmx.org", "dist", "htmx.esm.js"),
				"hx-sse": pkgs.file("htmx.org", "dist", "ext", "hx-sse.js"),
			},
		})
		if err := fault(r.Errors); err != nil {
			return err
		}
		if err := out.add(name, r.OutputFiles[0].Contents); err != nil {
			return err
		}
	}
	return nil
}

func fault(errs []api.Message) error {
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(api.FormatMessages(errs, api.FormatMessagesOptions{}), "; "))
}

var (
	iconConst = regexp.MustCompile(`Icon = "([a-z-]+)"`)
	drawing   = regexp.MustCompile(`(?s)<svg[^>]*?viewBox="([^"]+)"[^>]*>(.*)</svg>`)
	tag       = regexp.MustCompile(`<[a-z][^>]*>`)
	attribute = regexp.MustCompile(`\s([a-z-]+)="[^"]*"`)
	space     = regexp.MustCompile(`\s+`)
)

// sprite makes icons.svg of the icons that kit/ui names; a name that the icon
// package lacks ends the build.
func sprite(root string, pkgs packages, out *output) error {
	source, err := os.ReadFile(filepath.Join(root, "kit", "ui", "icon.go"))
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, m := range iconConst.FindAllStringSubmatch(string(source), -1) {
		svg, err := os.ReadFile(pkgs.file("@ecl/resources-icons", "src", "all", m[1]+".svg"))
		if err != nil {
			return err
		}
		parts := drawing.FindStringSubmatch(string(svg))
		if parts == nil {
			return fmt.Errorf("icon %s is no svg that we can read", m[1])
		}
		inner := strings.ReplaceAll(space.ReplaceAllString(strings.TrimSpace(parts[2]), " "), "> <", "><")
		inner = tag.ReplaceAllStringFunc(inner, onceEach)
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="%s">%s</symbol>`, m[1], parts[1], inner)
	}
	b.WriteString(`</svg>`)
	return out.add("icons.svg", []byte(b.String()))
}

// onceEach keeps the first of an attribute that a tag has twice: some icons do,
// and a browser then refuses the whole sprite.
func onceEach(tag string) string {
	seen := map[string]bool{}
	return attribute.ReplaceAllStringFunc(tag, func(a string) string {
		name := attribute.FindStringSubmatch(a)[1]
		if seen[name] {
			return ""
		}
		seen[name] = true
		return a
	})
}
