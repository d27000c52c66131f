#!/bin/sh
# Judges a run by the statistics of its HTML report: the exit code of jmeter is 0 even if every sample fails, or none is made.
#
#   judge.sh report/statistics.json 1      at least one sample, and at most 1 % of them failed
set -eu
statistics=$1
most=$2

if [ ! -s "$statistics" ]; then
    echo "no $statistics: the run made no report, see jmeter.log" >&2
    exit 2
fi
awk -v most="$most" '
    /"Total" *:/ { total = 1 }
    total && /"sampleCount" *:/ { samples = number($0) }
    total && /"errorPct" *:/ { failed = number($0); seen = 1; exit }
    function number(line) { sub(/.*: */, "", line); sub(/,.*/, "", line); return line + 0 }
    END {
        if (!seen || samples < 1) { print "no sample was made"; exit 2 }
        printf "%d samples, %.2f %% failed, %s %% allowed\n", samples, failed, most
        exit failed > most ? 1 : 0
    }' "$statistics"
