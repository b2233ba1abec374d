# Every target is a short name for a command that also works by itself.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null)
DATE    ?= $(shell git log -1 --format=%cI 2>/dev/null)
# The client speaks HTTP/1.1 only: without HTTP/2 the program has 0.5 MB less.
TAGS    := nethttpomithttp2
# What no row or record passes through is not inlined, and functions begin at 16 bytes, as on arm64: 0.5 MB less.
GCFLAGS := $(patsubst %,-gcflags=%=-l,crypto/tls crypto/x509 github.com/itchyny/gojq github.com/spf13/... github.com/charmbracelet/...)
LDFLAGS := -s -w -funcalign=16 -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)

.DEFAULT_GOAL := help
.PHONY: help build test lint fmt docs recording bench crash drift mutants proofs fuzz simulate reproducible size snapshot packages image licenses site site-check tools clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/hydractl
	CGO_ENABLED=0 go build -trimpath -tags $(TAGS) $(GCFLAGS) -ldflags '$(LDFLAGS)' -o bin/ .

test: ## run every test with the race detector, and say which were skipped and why
	@mkdir -p bin && go build -o bin/ ./test/summary
	go test -race -json ./... | bin/summary

lint: ## run the linters
	tools/build actionlint
	tools/bin/actionlint
	tools/build golangci-lint
	tools/bin/golangci-lint run

fmt: ## format the code
	tools/build gofumpt
	tools/bin/gofumpt -w .

docs: ## regenerate docs/cli and docs/man from the commands
	go test ./cmd -run TestGeneratedDocs -update

recording: ## record the picture of the README again, from what the program prints on a terminal (Linux)
	go test ./test/e2e -run TestRecording -update

bench: ## measure start-up, lists, imports and the sandbox against their yardsticks, and run the benchmarks
	go run ./test/bench/startup
	go run ./test/bench/list
	go run ./test/bench/import
	go run ./test/bench/sandbox
	tools/build benchstat
	@mkdir -p bin
	go test -run '^$$' -bench . -benchmem -count 6 ./... >bin/bench.txt || { cat bin/bench.txt; exit 1; }
	tools/bin/benchstat bin/bench.txt

crash: ## kill -9 the real program N times at random, and compare its report with the server's data
	go run ./test/crash -n $(or $(N),200)

drift: ## export N times while customers are created, and compare each export with the server's data
	go run ./test/drift -n $(or $(N),50)

mutants: ## switch off what keeps an import from losing or doubling a row, piece by piece: some test must fail
	go run ./test/mutants

proofs: ## run the proofs of the import in full: every fault at every place, every pair of deaths, a million rows
	HYDRACTL_ALL_FAULTS=1 HYDRACTL_ALL_DEATHS=1 HYDRACTL_LONG_ROWS=1000000 \
		go test ./internal/bulk -timeout 2h -run 'TestProof_'

fuzz: ## run every fuzz test for FUZZTIME (5s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' "$$file"); do \
			echo "$$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(or $(FUZZTIME),5s) "$$(dirname "$$file")" || exit 1; \
		done; \
	done

simulate: ## list N times while the list changes, and compare every answer with the server's data
	go test ./pkg/client -run TestPager_NoCustomerMissedSilently -v -timeout 2h -simulations $(or $(N),100000)

reproducible: ## build this commit twice for every target, far apart, and compare the bytes
	test/reproducible/run

snapshot: ## build every release artifact but the image into dist/, publish nothing
	tools/build goreleaser
	PACKAGES_TOKEN= AUR_KEY= tools/bin/goreleaser release --snapshot --clean --skip=publish,sign,docker

size: ## print the size of the program, and what each part of it takes
	test/release/size

packages: ## check the packages of the snapshot with lintian and rpmlint, install them into folders and run them
	test/release/packages

image: ## build the container image of the snapshot with buildah, and run its program
	test/release/image

licenses: ## write THIRD_PARTY_LICENSES.txt
	go run ./test/release/licenses >bin/licenses.txt && mv bin/licenses.txt THIRD_PARTY_LICENSES.txt

site: ## build the documentation as a site into bin/site; needs Node.js
	tools/site/build

site-check: ## look at the site in Chromium, as wide as a phone and as a desktop
	tools/site/check

tools: ## build every linter and release tool into tools/bin
	tools/build

clean: ## remove what was built, the tools excepted
	rm -rf bin dist
