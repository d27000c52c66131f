# The README's two commands, and the developer's. Gradle and Cargo do the work; this says which and in what order.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo failures test test-long test-platforms bench bench-herd bench-storms bench-refreshes bench-plan bench-start bench-page bench-instructions fuzz mutants check-fast jar home fmt clean release-natives release release-files test-release test-integrations lint-workflows

GRADLE := build/tools/gradle --console=plain --quiet $(if $(CI),--no-daemon)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## builds everything and shows one token cache against the usual ways, as a table
	@gradle/setup.sh build
	@$(GRADLE) :tests:demo

failures: ## plays the five failures of examples/failures, a table each; STORY=minute-mark plays one
	@gradle/setup.sh build
	@$(GRADLE) :tests:failures $(if $(STORY),-Pstory=$(STORY))

test: ## every test and linter: Rust, Java, whole system
	@gradle/setup.sh test
	@gradle/test.sh

test-long: ## what takes hours: the failure `sustained` in real time, ten million reads, a thousand kills, an hour of chaos; CHAOS_SECONDS=600, SEED=7
	@gradle/setup.sh test
	@for run in $$(seq 20); do cargo test --locked --quiet --release -p tollgate-core || exit 1; done
	@cargo test --locked --quiet -p tollgate-engine --test soak -- --nocapture
	@cargo test --locked --quiet -p tollgate-engine --test fleet_long -- --nocapture --test-threads 1
	@cargo test --locked --quiet --release -p tollgate-core --test fleet_long -- --nocapture --test-threads 1
	@TOLLGATE_TEST_USERS=100000 cargo test --locked --quiet -p tollgate-engine --test many_users -- a_day_of_users --nocapture
	@TOLLGATE_TEST_KILLS=1000 cargo test --locked --quiet -p tollgate-engine --test engine -- no_process_sends_what_one_that_was_killed_had_sent
	@$(GRADLE) :tests:sustained
	@$(GRADLE) :tests:chaos $(if $(CHAOS_SECONDS),-PchaosSeconds=$(CHAOS_SECONDS)) $(if $(SEED),-Pseed=$(SEED))

test-platforms: ## builds the jar of a release, runs it under Wine, qemu, musl and JREs 11 to 25, and writes docs/platforms.md
	@gradle/setup.sh release
	@tests/platforms/run.sh

bench: ## measures Tollgate against its peers and writes docs/benchmarks.md; it says how long it took; BENCH=quick
	@gradle/setup.sh plan
	@bench/run.sh $(BENCH)

bench-instructions: ## counts the engine's instructions for a hit, a report and a refresh; needs valgrind
	@bench/instructions.sh

bench-herd: ## a thousand threads and no token: Tollgate and its peers; TIMES=15 says how often
	@gradle/setup.sh build
	@$(GRADLE) :bench:herd $(if $(TIMES),-Ptimes=$(TIMES))

bench-storms: ## five hundred threads while their token expires, is revoked, and cannot be had
	@gradle/setup.sh build
	@$(GRADLE) :bench:storms $(if $(TIMES),-Ptimes=$(TIMES))

bench-refreshes: ## how long a read takes during a refresh, and at other times
	@gradle/setup.sh build
	@$(GRADLE) :bench:refreshes $(if $(TIMES),-Ptimes=$(TIMES))

bench-plan: ## what a way to a token costs a JMeter plan, in processor time; needs nginx; TIMES=20 pairs
	@gradle/setup.sh plan
	@$(GRADLE) :bench:planCost $(if $(TIMES),-Ptimes=$(TIMES))

bench-start: ## what the jar adds to a start of JMeter, measured from inside; TIMES=10 starts
	@gradle/setup.sh build
	@$(GRADLE) :bench:startCost $(if $(TIMES),-Ptimes=$(TIMES))

bench-page: ## docs/benchmarks.md from what was measured last; a chapter that was not says so
	@$(GRADLE) :bench:report

fuzz: ## new bytes for everything that reads foreign text, a minute each; needs cargo-fuzz and a nightly toolchain
	@for target in token_response error_body retry_after rate_headers discovery profile proofs login api_answer keys; do \
		mkdir -p build/fuzz/$$target && \
		cargo +nightly fuzz run --fuzz-dir rust/fuzz $$target build/fuzz/$$target \
			rust/fuzz/corpus/$$target rust/fuzz/seeds/$$target -- -max_total_time=60 -max_len=1500 || exit 1; \
	done

mutants: ## changes the core, a line at a time, and looks for a test that fails; hours, needs cargo-mutants
	cargo mutants -p tollgate-core -o build/mutants

check-fast: ## what to run before each commit: under two minutes once built
	@gradle/setup.sh build
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	cargo test -p tollgate-core --locked --quiet
	$(GRADLE) checkJavaFormat :java:testClasses :tests:testClasses :bench:testClasses :dsl:testClasses

jar: ## java/build/libs/jmeter-tollgate-<version>.jar with this platform's native library
	@gradle/setup.sh build
	@$(GRADLE) :java:jar
	@ls -l java/build/libs/*.jar

home: ## build/jmeter, untouched, and build/jmeter-tollgate, with the jar in lib/ext
	@gradle/setup.sh build
	@$(GRADLE) jmeterHome jmeterTollgate

fmt: ## formats Rust and Java
	@gradle/setup.sh build
	cargo fmt --all
	@$(GRADLE) formatJava

clean: ## deletes what was built, but not the tools under build/tools
	rm -rf target java/build tests/build bench/build dsl/build build/bench build/jmeter build/jmeter-tollgate build/jmeters build/natives build/oidc-provider \
		build/system build/demo build/logs build/counts build/evaluate-*

release-natives: ## native libraries and servers for Linux (glibc 2.17, musl), Windows and macOS, x64 and arm64; PLATFORM=windows-x86_64 builds that one
	@gradle/setup.sh release
	@gradle/release-natives.sh $(PLATFORM)

release: release-natives ## the jar of a release, with all of release-natives; checks what is in it and its size
	@$(GRADLE) :java:releaseJar -Ptollgate.natives=build/natives

release-files: ## the files of a release in build/release, checksums beside them: OWNER=account, KEY=id of a gpg key
	@gradle/setup.sh release
	@$(GRADLE) releaseOwner -Ptollgate.owner=$(OWNER)
	@$(MAKE) --no-print-directory release-natives
	@$(GRADLE) :java:releaseJar releaseFiles -Ptollgate.owner=$(OWNER) -Ptollgate.natives=build/natives $(if $(KEY),-Ptollgate.signingKey=$(KEY))
	@gradle/check-release.sh

test-release: ## makes the files of a release for this platform alone, signed by a key made for it, and checks them
	@gradle/setup.sh build
	@gradle/test-release.sh

test-integrations: ## runs a plan by the JMeter Maven plugin and by Taurus, and counts at the server
	@gradle/setup.sh integrations
	@$(GRADLE) jmeterTollgate :cargoAuthServer
	@gradle/test-integrations.sh

lint-workflows: ## checks .github/workflows with actionlint; needs Go
	@gradle/setup.sh workflows
	@build/tools/bin/actionlint
