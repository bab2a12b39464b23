# Ward: the commands of the house. `make run` and `make test` need Go and make
# only; with npm the look is complete, with PostgreSQL and Chromium the tests are.

GO ?= go
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo unknown)
LDFLAGS = -s -w -X main.version=$(VERSION)

.PHONY: run build release edge assets assets-strict generate test test-db test-browser check gofmt lint vuln bench load fuzz kill kill-report bench-index bench-scan bench-scan-large bench-sigma soak-sensor test-simd clean

## run: build and start the demonstration on 127.0.0.1:8080
run: build
	./build/ward serve --demo

## build: the one binary, in build/ward
build: assets
	CGO_ENABLED=0 $(GO) build -ldflags "$(LDFLAGS)" -o build/ward ./cmd/ward

## release: the same without the paths of this machine, for handing on
release: assets-strict
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o build/ward ./cmd/ward

## edge: the same program for a hospital's computers, in build/ward-edge: scan, sensor, indicators and rules, no server
edge:
	CGO_ENABLED=0 $(GO) build -trimpath -tags edge -ldflags "$(LDFLAGS)" -o build/ward-edge ./cmd/ward

## deb: a Debian package of it, in build/
deb: build
	$(GO) run ./packaging/deb -binary build/ward -version "$(VERSION)" -out build

## assets: the complete look; without npm a plain one is built in
assets:
	$(GO) -C tools run ./assets

assets-strict:
	$(GO) -C tools run ./assets -strict

## generate: pages (templ) again; CI compares
generate:
	$(GO) -C tools run github.com/a-h/templ/cmd/templ generate -path $(CURDIR)

## test: everything that runs in minutes, on SQLite and, where it is installed, PostgreSQL
test: assets
	$(GO) run ./test/database/cluster -- $(GO) test -timeout 40m ./...

## check: what CI looks at beside the tests
check: gofmt lint
	$(GO) vet ./...
	$(GO) vet -tags edge ./cmd/ward
	$(GO) -C tools vet ./...

gofmt: # a second's work: first, so that nobody waits for it
	@gofmt -l $$(git ls-files '*.go') | { ! grep .; }

lint:
	$(GO) -C tools build -o $(CURDIR)/build/staticcheck honnef.co/go/tools/cmd/staticcheck
	./build/staticcheck ./...

## vuln: known vulnerabilities in what we link
vuln:
	$(GO) -C tools build -o $(CURDIR)/build/govulncheck golang.org/x/vuln/cmd/govulncheck
	./build/govulncheck ./...

## fuzz: every parser, FUZZTIME each
FUZZTIME ?= 30s
fuzz:
	./test/fuzz.sh $(FUZZTIME)

## test-simd: the scanner with vectors (GOEXPERIMENT=simd, amd64) holds to the plain one and to the reference
test-simd:
	GOEXPERIMENT=simd $(GO) test ./format/indicator

## kill: kill -9 at random points of publications to 15,000 organisations, both databases (hours)
kill:
	$(GO) run ./test/faults -orgs 15000 -rounds 60
	$(GO) run ./test/database/cluster -- sh -c '$(GO) run ./test/faults -orgs 15000 -rounds 60 -database "$$WARD_TEST_POSTGRES"'

## kill-report: kill -9 of a real server at random and between any two steps of report, receipt, delivery and picture, both databases (15 minutes)
kill-report:
	$(GO) run ./test/faults/report -kills 100 -most 200
	$(GO) run ./test/database/cluster -- sh -c '$(GO) run ./test/faults/report -kills 100 -most 200 -database "$$WARD_TEST_POSTGRES"'

## bench-index: 30 million inventory rows: build, memory, who holds what (10 minutes)
bench-index:
	$(GO) run ./test/load/inventory -orgs 15000 -rows 2000 -products 20000 -assets=blobs

## bench-sigma: events per CPU-second with the whole rule set, rules evaluated per event (1 minute)
bench-sigma:
	$(GO) run ./test/load/sigma

## soak-sensor: a sensor through rotations, outages, kills and jumps of the clock: doubles, skips, memory (10 minutes)
soak-sensor:
	$(GO) run ./test/load/sensor -lines 5000000

## bench-scan: ward scan with 1 million indicators beside wc, gzip and ripgrep (10 minutes; ripgrep 13 takes 12 GB)
bench-scan: build edge
	$(GO) run ./test/load/scan -ward build/ward -edge build/ward-edge

## bench-scan-large: the same with 10 million: memory above all (10 minutes, 8 GB; without ripgrep)
bench-scan-large: build edge
	$(GO) run ./test/load/scan -ward build/ward -edge build/ward-edge -indicators 10000000 -mb 64 -runs 2 -rg none

clean:
	rm -rf build web/dist/* && touch web/dist/.gitkeep
