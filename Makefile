# What a contributor needs; CI runs `make test`.
GO ?= go
LINT = bin/golangci-lint

.PHONY: run test build ui lint fuzz bench crash clean

run: build ## build everything and start the server on ./data
	./bin/weir serve

build: ui ## the program with its pages
	$(GO) build -trimpath -o bin/weir ./cmd/weir

ui: web/ui/dist/index.html ## the pages

web/ui/node_modules: web/ui/package.json web/ui/package-lock.json
	@command -v npm >/dev/null || { echo "the pages need Node 20.19 or newer with npm: install it, or build without pages: go build ./cmd/weir"; exit 1; }
	cd web/ui && npm ci --no-audit --no-fund
	touch $@

web/ui/dist/index.html: web/ui/node_modules $(shell find web/ui/src web/ui/public web/ui/index.html -type f 2>/dev/null)
	cd web/ui && npm run build
	touch $@

test: ui lint ## everything that CI runs
	cd web/ui && npm run check && npm test
	$(GO) test -race -timeout 15m ./...
	$(GO) test -run Allocations ./web/api # the race detector allocates, so budgets are kept without it
	$(MAKE) fuzz FUZZTIME=3s

lint: $(LINT) ## style, mistakes, boundaries
	$(LINT) run ./...
	$(GO) mod tidy -diff

$(LINT): tools.mod tools.sum
	$(GO) build -modfile=tools.mod -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

FUZZTIME ?= 1m
fuzz: ## every decoder against random bytes
	./test/fuzz.sh $(FUZZTIME)

bench: ## Go benchmarks of the hot paths; whole-path figures: docs/benchmarks.md says how
	$(GO) test -run '^$$' -bench . -benchmem ./internal/... ./input/... ./process/... ./feed/... ./web/... ./bus/... ./account/...

crash: build ## kill -9 a hundred times and check every promise
	$(GO) test -race -timeout 30m -run TestCrash -v ./test/crash -args -kills 100

clean: ## what was built, not what was measured
	rm -rf bin web/ui/dist/assets web/ui/dist/index.html web/ui/node_modules
