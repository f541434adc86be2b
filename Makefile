# Parley's tasks. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GO_FLAGS := -trimpath
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LD_FLAGS := -s -w -X parley/internal/app/cli.version=$(VERSION)
export CGO_ENABLED := 0

.PHONY: help
help: ## List the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | column -t -s "$$(printf '\t')"

.PHONY: run
run: build ## Build everything and serve http://localhost:3080 with data in ./data
	bin/parley serve

.PHONY: test
test: ## Install what is missing, then run lint and all tests; ends with a count
	@scripts/test.sh

.PHONY: setup
setup: ## Install what building and testing need
	@scripts/setup.sh build test

.PHONY: dev
dev: ## Serve the web app with live reload at :5173, before a server at :3080
	cd web && npm run dev

.PHONY: build
build: web/dist/index.html ## Build bin/parley with the web app in it
	go build $(GO_FLAGS) -ldflags '$(LD_FLAGS)' -o bin/parley ./cmd/parley

WEB_SOURCES := $(shell find web/src web/public web/scripts web/index.html web/start.js web/vite.config.ts web/package.json -type f 2>/dev/null)

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

.PHONY: lint
lint: ## Check style and rules of Go and web
	@scripts/setup.sh lint
	golangci-lint run --allow-parallel-runners ./...
	cd web && npm run check

.PHONY: fmt
fmt: ## Format Go and web
	golangci-lint fmt ./...
	cd web && npm run format

.PHONY: gen
gen: web/codegen/node_modules/.package-lock.json ## Write what is generated: api/*, docs/CONFIG.md, the web's types
	go run $(GO_FLAGS) ./internal/app/gen
	node web/codegen/generate.mjs

web/codegen/node_modules/.package-lock.json: web/codegen/package-lock.json
	cd web/codegen && npm ci --no-audit --no-fund
	touch $@

.PHONY: race
race: ## Run the Go tests under the race detector
	CGO_ENABLED=1 go test -race ./...

.PHONY: fuzz
fuzz: ## Fuzz each parser for half a minute
	@scripts/fuzz.sh

.PHONY: bench
bench: build ## Measure the promises about speed and memory
	go run $(GO_FLAGS) ./bench run --binary bin/parley

.PHONY: e2e
e2e: build ## Run the browser tests
	@scripts/setup.sh browser
	node scripts/browser.mjs

.PHONY: check
check: lint test ## What has to pass before a change is sent

.PHONY: release
release: web/dist/index.html ## Build dist/ for every platform that is supported
	@for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64; do \
		echo "$$target"; \
		GOOS=$${target%/*} GOARCH=$${target#*/} go build $(GO_FLAGS) -ldflags '$(LD_FLAGS)' \
			-o dist/parley-$${target%/*}-$${target#*/} ./cmd/parley || exit 1; \
	done

.PHONY: new
new: ## Write the folders of a new feature: make new feature=NAME
	@scripts/new-feature.sh $(feature)

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin dist tmp web/dist/assets web/dist/index.html
