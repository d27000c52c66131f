#!/usr/bin/env bash
# What `make bench` runs: every measurement one after the other, raw results to build/bench, then the page.
#
# A measurement that fails does not keep the others from being told: its chapter says "Not run". `quick` shows the order
# of things only.
set -uo pipefail
cd "$(dirname "$0")/.."

form=${1:-full}
raw=$PWD/build/bench
gradle=(build/tools/gradle --console=plain --quiet)
if [ -n "${CI:-}" ]; then
    gradle+=(--no-daemon)
fi
if [ "$form" = quick ]; then
    options=(-Pbench=quick)
    criterion=(--warm-up-time 0.3 --measurement-time 0.6 --sample-size 10)
    herds=3 storms=1 refreshes=3 plans=2
elif [ "$form" = full ]; then
    options=()
    criterion=()
    # Fewer pairs of plans than `make bench-plan` has, which takes its time.
    herds=15 storms=2 refreshes=20 plans=8
else
    echo "BENCH is full or quick, not $form" >&2
    exit 2
fi
failed=0
# Before anything here adds to it; other systems than Linux do not tell.
load=$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo -1)

# measure NAME COMMAND...: all that it says to build/bench/NAME.log.
measure() {
    local name=$1 started=$SECONDS
    shift
    if "$@" </dev/null >"$raw/$name.log" 2>&1; then
        echo "ok      $name ($((SECONDS - started)) s)"
    else
        echo "FAILED  $name ($((SECONDS - started)) s), of $raw/$name.log:"
        tail -n 15 "$raw/$name.log"
        failed=$((failed + 1))
    fi
}

# What is left of an earlier run would pass for this one's.
rm -rf "$raw"
mkdir -p "$raw"
# Built first: a compiler beside it spoils a measurement.
measure build "${gradle[@]}" :bench:classes :java:jar :cargoAuthServer :jmeterHome
measure build-rust cargo bench --locked -p tollgate-engine --no-run
measure machine "${gradle[@]}" :bench:machine "-Pload=$load"
measure engine env CRITERION_HOME="$raw/criterion" cargo bench --locked -p tollgate-engine --bench calls -- "${criterion[@]}"
measure proofs env CRITERION_HOME="$raw/criterion" cargo bench --locked -p tollgate-engine --bench proof -- "${criterion[@]}"
measure hot-path "${gradle[@]}" :bench:hotPath "${options[@]}"
measure herd "${gradle[@]}" :bench:herd -Ptimes=$herds
measure storms "${gradle[@]}" :bench:storms -Ptimes=$storms
measure refreshes "${gradle[@]}" :bench:refreshes -Ptimes=$refreshes
if [ "$form" = full ]; then
    measure town timeout 600 cargo bench --locked -p tollgate-engine --bench town
fi
measure plans "${gradle[@]}" :bench:planCost -Ptimes=$plans
if [ "$form" = full ] && command -v valgrind >/dev/null; then
    measure instructions bench/instructions.sh
fi
"${gradle[@]}" :bench:report || failed=$((failed + 1))
exit $((failed > 0))
