#!/usr/bin/env bash
# Everything that `make test` runs, whatever fails, and one closing line that adds it up. What mostly computes (the Rust
# tests) runs beside what mostly waits (the Java and whole-system tests).
#
# A script and not Makefile rules because the last line counts over all steps, also the failed ones.
set -uo pipefail
cd "$(dirname "$0")/.."

gradle=(build/tools/gradle --console=plain --quiet)
if [ -n "${CI:-}" ]; then
    gradle+=(--no-daemon)
fi
rm -rf build/counts build/logs/failed-*.log
mkdir -p build/logs build/counts
broken=0 # steps that failed without a failed test to show for it

# What a log says of a failure: the reports of failed Rust tests, or else its end.
tell() {
    if grep -q '^---- .* stdout ----$' "$1"; then
        awk '/^---- .* stdout ----$/ { on = 1 } /^failures:$/ { on = 0 } on' "$1" | head -n 200
    else
        tail -n 60 "$1"
    fi
}

# step NAME LOG COMMAND...: all output to the log; what went wrong also to the console.
step() {
    local name=$1 log=build/logs/$2 started=$SECONDS
    shift 2
    if "$@" </dev/null >"$log" 2>&1; then
        echo "ok      $name ($((SECONDS - started)) s)"
    else
        echo "FAILED  $name ($((SECONDS - started)) s), of $log:"
        tell "$log"
        return 1
    fi
}
lint() { step "$@" || broken=$((broken + 1)); }

lint 'rust: format' cargo-fmt.log cargo fmt --all --check
lint 'rust: licences, bans and sources' cargo-deny.log \
    env PATH="$PWD/build/tools/bin:$PATH" timeout 300 cargo deny --log-level warn check licenses bans sources
lint 'rust: tollgate-core as a package of its own' cargo-package.log \
    cargo package --locked --offline --no-verify --allow-dirty -p tollgate-core
lint 'rust: clippy' cargo-clippy.log timeout 1200 \
    cargo clippy --workspace --all-targets --locked --quiet -- -D warnings

lint 'rust: compiling the tests' cargo-test-build.log timeout 1800 cargo test --workspace --locked --no-run
# --no-fail-fast: one failing crate does not hide the next. The seed: the same cases each time, new ones are for test-long.
step 'rust: tests' cargo-test.log timeout 1800 \
    env PROPTEST_RNG_SEED=1 cargo test --workspace --locked --no-fail-fast &
rust_tests=$!

# Gradle speaks for itself: a line for each test, and what went wrong.
"${gradle[@]}" --continue checkJavaFormat evaluateWithNewerGradles :java:junit :tests:junit :dsl:junit :bench:junit </dev/null
gradle_code=$?
if [ $gradle_code != 0 ] && ! awk '$2 > 0 { found = 1 } END { exit !found }' build/counts/{junit-*,newer-gradles} 2>/dev/null; then
    broken=$((broken + 1))
fi

wait $rust_tests
rust_code=$?
rust=$(awk '/^test result:/ { p += $4; f += $6; s += $8 } END { print p + 0, f + 0, s + 0 }' build/logs/cargo-test.log)
echo "$rust" >build/counts/cargo
if [ $rust_code != 0 ] && [ "$(cut -d' ' -f2 build/counts/cargo)" = 0 ]; then
    broken=$((broken + 1))
fi

# Last, when nothing else of this run is at work.
lint 'java: what a hit costs' hit-ratio.log timeout 900 "${gradle[@]}" :bench:hitRatio

# The last lines are all that many a CI shows.
{
    awk '/^---- .* stdout ----$/ { name = $2 } name && / panicked at / { print name; getline; print "    " $0; name = "" }' \
        build/logs/cargo-test.log
    cat build/logs/failed-*.log 2>/dev/null
} | tail -n 40

awk -v broken=$broken '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        if (broken) print broken " step(s) failed outside the tests: counted as failed"
        line = passed + 0 " passed, " failed + broken " failed"
        if (skipped) line = line ", " skipped " skipped"
        print line
        exit failed + broken > 0 || passed == 0
    }' build/counts/*
