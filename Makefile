# Everything that a developer does here. Only Go and git are needed: what needs
# more than that (a terminal in tmux, a C compiler for the race detector) is
# skipped by name when it isn't there.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := $(if $(VERSION),-X main.version=$(VERSION))
# How long a full benchmark measures each case.
BENCHTIME ?= 1s
# How many devices its large databases hold: the bounds are for a million.
DEVICES ?= 1000000

.PHONY: help run demo test bench build

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## open the console (ARGS="demo", ARGS="devices list", ...)
	@$(GO) run -ldflags '$(LDFLAGS)' . $(ARGS)

demo: ## open the console on a throw-away sample account
	@$(GO) run -ldflags '$(LDFLAGS)' . demo

build: ## build ./tenantry
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o tenantry .

test: ## gofmt, vet, staticcheck, every test, every benchmark once
	@$(GO) run ./testdata/checks

bench: ## every benchmark at full size, each beside its bound
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -timeout 60m ./domain ./ui/widget ./sample
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m -p 1 . ./store ./ui -tenantry.devices=$(DEVICES)
	$(GO) test -run '^$$' -bench 'Audit$$' -benchtime 5x -timeout 60m ./store -tenantry.entries=1000000
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./sshd -tenantry.sessions=200
