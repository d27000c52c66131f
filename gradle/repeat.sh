#!/usr/bin/env bash
# Runs some tests over and over while another process keeps a core busy, and adds up how often they passed:
#   gradle/repeat.sh CLASS [TIMES] [PROJECT]
# CLASS is part of a test class's name; TIMES is 20 and PROJECT is tests unless given. BUSY=0 leaves the core alone.
#
# What passes only on a quiet machine is found here, and not in somebody's build.
set -uo pipefail
cd "$(dirname "$0")/.."

class=${1:?part of the name of a test class}
times=${2:-20}
project=${3:-tests}
log=build/logs/repeat-$class.log
mkdir -p build/logs
: >"$log"

for ((i = 0; i < ${BUSY:-1}; i++)); do
    (while :; do :; done) &
done
trap 'kill $(jobs -p)' EXIT

passed=0
for ((run = 1; run <= times; run++)); do
    started=$SECONDS
    if build/tools/gradle --console=plain --quiet ":$project:junit" -Ptests="$class" </dev/null >>"$log" 2>&1; then
        passed=$((passed + 1))
        echo "$run of $times: passed ($((SECONDS - started)) s)"
    else
        echo "$run of $times: FAILED ($((SECONDS - started)) s)"
        sed 's/^/    /' "build/logs/failed-$project.log"
    fi
done
echo "$class: $passed of $times passed with ${BUSY:-1} busy process(es) beside it, on $(nproc) cores ($log)"
[ $passed = $times ]
