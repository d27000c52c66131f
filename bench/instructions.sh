#!/usr/bin/env bash
# Counts the engine's instructions for a hit, a report and a refresh, by callgrind, and keeps the functions that have most
# of them: build/bench/instructions.tsv, which docs/benchmarks.md shows. Instructions have no noise, so a difference of one
# is a difference; what they take depends on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null; then
    echo 'valgrind is missing: apt-get install valgrind' >&2
    exit 1
fi
out=$PWD/build/bench
mkdir -p "$out"

# With the names of functions, and otherwise as it is shipped.
export CARGO_PROFILE_BENCH_DEBUG=line-tables-only CARGO_PROFILE_BENCH_STRIP=none
program=$(cargo bench --quiet --locked -p tollgate-engine --bench instructions --no-run --message-format json |
    sed -n 's/.*"name":"instructions".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
[ -x "$program" ] || { echo 'cargo named no program' >&2; exit 1; }
if [ "${1:-}" = build ]; then
    exit 0 # a compiler beside another measurement would spoil that
fi

# instructions WHAT NUMBER: leaves the profile, and tells the total.
instructions() {
    local profile=$out/callgrind.$1.$2
    rm -f "$profile"
    timeout 600 valgrind --quiet --tool=callgrind --callgrind-out-file="$profile" "$program" "$1" "$2" >&2
    sed -n 's/^\(summary\|totals\): *//p' "$profile" | head -n 1
}

# The ten functions that have most, in a run of FEW and in one of MANY; what there is more of in the latter is theirs.
# `callgrind_annotate` writes: 1,234 (12.34%)  file:function [object]
top() {
    callgrind_annotate --auto=no --tree=none --threshold=99.9 "$1" 2>/dev/null | grep -v "PROGRAM TOTALS" | sed -n 's/^ *\([0-9,]*\) ([ 0-9.]*%) *\(.*\)$/\1\t\2/p' |
        sed 's/\t[^:]*:\([a-zA-Z_<]\)/\t\1/; s/ \[[^]]*\]$//; s/::h[0-9a-f]\{16\}//g' | tr -d ,
}
count() { # NAME WHAT FEW MANY
    local few many
    few=$(instructions "$2" "$3")
    many=$(instructions "$2" "$4")
    awk -v name="$1" -v few="$few" -v many="$many" -v times=$(($4 - $3)) \
        'BEGIN { printf "%s\t%.0f\n", name, (many - few) / times }'
    awk -F '\t' -v name="$1" -v times=$(($4 - $3)) '
        FNR == NR { before[$2] += $1; next }
        { now[$2] += $1 }
        END { for (f in now) if ((n = (now[f] - before[f]) / times) >= 1) printf "%s\t%.0f\t%s\n", name, n, f }
    ' <(top "$out/callgrind.$2.$3") <(top "$out/callgrind.$2.$4") | sort -t "$(printf '\t')" -k 2,2nr | sed -n 1,10p
}

{
    count 'a hit: one look' looks 1000 101000
    count 'a report of a 200' reports 1000 21000
    count 'a refresh' refreshes 20 220
} >"$out/instructions.tsv.new"
mv "$out/instructions.tsv.new" "$out/instructions.tsv"
cat "$out/instructions.tsv"
