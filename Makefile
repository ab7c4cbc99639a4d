# `make` lists what there is. Everything here also works without make: see CONTRIBUTING.md.

.NOTPARALLEL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where images are pushed to, and their version. The default is a name that no machine would try to pull.
export REGISTRY ?= localhost/socketbridge
export TAG ?= dev

cluster := e2e/cluster/cluster
scripts = $(shell grep -rlE '^#!/bin/(ba)?sh|^. shellcheck shell=' bin images .ci e2e/cluster benchmarks)

# With KUBECONFIG set that cluster is used, which has to get the images from REGISTRY; without it there is our own.
own_kubeconfig := $(shell $(cluster) kubeconfig)
export KUBECONFIG := $(or $(KUBECONFIG),$(own_kubeconfig))
own_cluster := $(filter $(own_kubeconfig),$(KUBECONFIG))

generated := crds docs/resource.md docs/types.md

mvn := mvn --batch-mode --no-transfer-progress
# Deferred, so that a JDK or Go is looked for only by what needs it.
with_jdk = export JAVA_HOME && JAVA_HOME=$$(bin/java-home)
with_api_server = export SOCKETBRIDGE_KUBE_API_TEST_DIR && SOCKETBRIDGE_KUBE_API_TEST_DIR=$$(e2e/cluster/kube/build)
# The archives of the images, in shell variables: one statement each, so that a failure is not lost.
archives := operator=$$(images/build operator); sidecar=$$(images/build sidecar); apps=$$(e2e/cluster/images/debian-apps)

##@ Use

.PHONY: help
help: ## List these targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: deps
deps: ## Install the Debian packages that are missing, and say what else is
	@bin/deps

.PHONY: demo
demo: install ## Bridge PostgreSQL between two nodes, from nothing
	@bin/demo

.PHONY: cluster-up
cluster-up: deps ## Boot the two-node test cluster, unless it runs or KUBECONFIG names another
	@$(if $(own_cluster),$(cluster) up,bin/kubectl version >/dev/null)

.PHONY: cluster-down
cluster-down: ## End the test cluster, and prove that nothing of it is left
	@$(cluster) down

.PHONY: kubectl
kubectl: ## Run kubectl against the cluster: make kubectl ARGS="get pods -A"
	@bin/kubectl $(ARGS)

##@ Build

.PHONY: build
build: deps ## Compile and package everything, without tests
	@$(with_jdk) && $(mvn) --quiet package -DskipTests

.PHONY: kube
kube: ## Build the Kubernetes of the tests (once), and print its directory: the kube-api-test directory too
	@e2e/cluster/kube/build

.PHONY: images
images: build test-images ## Build the images of operator and sidecar: REGISTRY, TAG and BASE say how
	@images/build operator
	@images/build sidecar

.PHONY: test-images
test-images: deps ## Build the image with the servers that examples and tests bridge
	@e2e/cluster/images/debian-apps

.PHONY: push
push: images ## Push the images to REGISTRY
	@$(archives); images/push "$$operator" "$$sidecar" "$$apps"

.PHONY: install
install: images cluster-up ## Install SocketBridge, as built here, in the cluster
	@$(MAKE) install-built

# For targets that have built already, in their own way.
.PHONY: install-built
install-built:
	@$(archives); $(if $(own_cluster),$(cluster) load "$$operator" "$$sidecar" "$$apps";) bin/deploy "$$operator" "$$sidecar"

##@ Test

.PHONY: test
test: ## Run all tests: unit, integration, and end to end on two nodes
	@$(MAKE) test-fast
	@$(MAKE) test-images cluster-up install-built
	@$(MAKE) run-e2e

.PHONY: test-fast
test-fast: deps lint-scripts ## Run unit and integration tests alone
	@$(with_jdk) && $(with_api_server) && $(mvn) verify --projects '!e2e'

.PHONY: e2e
e2e: install run-e2e ## Run the end-to-end tests alone: MVN_ARGS=-Dit.test=RedisE2E for one of them

.PHONY: run-e2e
run-e2e:
	@$(with_jdk) && $(mvn) verify --projects e2e -De2e.image=$(REGISTRY)/debian-apps:1 $(MVN_ARGS)

##@ Measure

.PHONY: bench
bench: ## Compare with the peers, in an hour; QUICK=1: in ten minutes; ARGS=--help says what else
	@benchmarks/deps
	@$(MAKE) --directory benchmarks
	@$(with_jdk) && $(mvn) --quiet package -DskipTests --projects sidecar --also-make
	@python3 benchmarks/harness $(if $(QUICK),--quick) $(ARGS)

.PHONY: bench-datagrams
bench-datagrams: ## Compare datagrams with socat's, in ten minutes; QUICK=1: in one
	@benchmarks/deps
	@$(MAKE) --directory benchmarks
	@$(with_jdk) && $(mvn) --quiet package -DskipTests --projects sidecar --also-make
	@python3 benchmarks/datagrams $(if $(QUICK),--quick) $(ARGS)

.PHONY: soak
soak: ## Kill and restart all that can be, under load, for half an hour: MINUTES=2: for less; ARGS=--help says what else
	@$(with_jdk) && $(mvn) --quiet package -DskipTests --projects sidecar --also-make && \
	  python3 -B benchmarks/soak --minutes $(or $(MINUTES),30) $(ARGS)

.PHONY: bench-jmh
bench-jmh: ## Measure the hot paths alone: ARGS=Flow chooses, ARGS=-h says what else
	@$(with_jdk) && $(mvn) --quiet -Pbenchmarks package -DskipTests --projects benchmarks/jmh --also-make && \
	  $$JAVA_HOME/bin/java -cp 'benchmarks/jmh/target/classes:benchmarks/jmh/target/dependency/*' org.openjdk.jmh.Main $(ARGS)

.PHONY: measure
measure: install ## Print the figures of the README: time to the first byte, a sidecar's start and its idle memory
	@$(with_jdk) && $(mvn) verify --projects e2e -De2e.groups=measure -De2e.excludedGroups=

##@ Keep in order

.PHONY: format
format: deps ## Format the Java sources
	@$(with_jdk) && $(mvn) --quiet spotless:apply

.PHONY: lint
lint: deps lint-scripts ## Check formatting and scripts; the compiler's checks come with every build
	@$(with_jdk) && $(mvn) --quiet spotless:check

.PHONY: lint-scripts
lint-scripts: deps
	@shellcheck --external-sources --source-path=SCRIPTDIR:. $(scripts)

.PHONY: generate
generate: deps ## Regenerate what is generated and committed: crds/, and the tables of docs/resource.md and docs/types.md
	@$(with_jdk) && $(mvn) --quiet package -DskipTests --projects operator --also-make

.PHONY: verify-generated
verify-generated: generate generated-unchanged ## Fail if what is generated is not what its sources generate

.PHONY: generated-unchanged
generated-unchanged:
	@[[ -z $$(git status --porcelain -- $(generated)) ]] || { git --no-pager diff -- $(generated); git status --short -- $(generated); \
	  echo "error: $(generated): not what the sources generate: run 'make generate' and commit it" >&2; exit 1; }

.PHONY: clean
clean: ## Remove what was built in the tree; the cache outside it stays
	@$(with_jdk) && $(mvn) --quiet clean
