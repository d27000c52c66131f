#!/usr/bin/env bash
# `make bench`: runs every measurement in turn, writes raw results to build/bench, then the page.
#
# If a measurement fails, its chapter says "Not run" and the others go on. Each ends after some minutes, with the results
# it has by then. `quick` measures with less precision.
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
    herds=3 storms=1 refreshes=3 plans=2 starts=2
elif [ "$form" = full ]; then
    options=()
    criterion=()
    # Fewer pairs of refreshes than `make bench-refreshes`, which takes longer.
    herds=15 storms=2 refreshes=12 plans=20 starts=10
else
    echo "BENCH is full or quick, not $form" >&2
    exit 2
fi
failed=0
# Before the measurements add to it; Linux only.
load=$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo -1)

# measure NAME COMMAND...: its output goes to build/bench/NAME.log.
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

# Minutes of all measurements together.
budget=33

# minutes MOST: the time limit of a measurement: MOST, or what remains of the budget, at least 1.
minutes() {
    local left=$((budget - (SECONDS - began) / 60))
    echo $((left < 1 ? 1 : left < $1 ? left : $1))
}

# Results of an earlier run must not count for this one.
rm -rf "$raw"
mkdir -p "$raw"
# Built first: a compiler beside a measurement spoils it.
measure build "${gradle[@]}" :bench:classes :java:jar :cargoAuthServer :jmeterHome
measure build-rust cargo bench --locked -p tollgate-engine --no-run
if [ "$form" = full ] && command -v valgrind >/dev/null; then
    measure build-instructions bench/instructions.sh build
fi
began=$SECONDS
measure machine "${gradle[@]}" :bench:machine "-Pload=$load"
measure engine timeout "$(minutes 2)m" env CRITERION_HOME="$raw/criterion" cargo bench --locked -p tollgate-engine --bench calls -- "${criterion[@]}"
measure proofs timeout "$(minutes 2)m" env CRITERION_HOME="$raw/criterion" cargo bench --locked -p tollgate-engine --bench proof -- "${criterion[@]}"
measure hot-path "${gradle[@]}" :bench:hotPath "-Pminutes=$(minutes 9)" "${options[@]}"
measure herd "${gradle[@]}" :bench:herd "-Pminutes=$(minutes 3)" -Ptimes=$herds
measure storms "${gradle[@]}" :bench:storms "-Pminutes=$(minutes 6)" -Ptimes=$storms
measure refreshes "${gradle[@]}" :bench:refreshes "-Pminutes=$(minutes 4)" -Ptimes=$refreshes
if [ "$form" = full ]; then
    measure many_credentials timeout "$(minutes 6)m" cargo bench --locked -p tollgate-engine --bench many_credentials
    measure fleet_store timeout "$(minutes 8)m" cargo bench --locked -p tollgate-engine --bench fleet_store
fi
measure plans "${gradle[@]}" :bench:planCost "-Pminutes=$(minutes 8)" -Ptimes=$plans
measure start "${gradle[@]}" :bench:startCost "-Pminutes=$(minutes 3)" -Ptimes=$starts
if [ "$form" = full ] && command -v valgrind >/dev/null; then
    measure instructions timeout "$(minutes 3)m" bench/instructions.sh
fi
"${gradle[@]}" :bench:report || failed=$((failed + 1))
echo "took    $(((SECONDS + 30) / 60)) min"
exit $((failed > 0))
