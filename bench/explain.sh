#!/usr/bin/env bash
# What `explain` costs on a large result file, in processor time of one core: bench/explain.sh [MB] [no-report] (1024)
#
# Against the least there is to do, `wc -l` and a scan that finds where each cell begins and ends, and against JMeter's own
# report generator. The ratio is that of the speeds: (wc + scan) / explain. Processor time and not time on the clock, so that
# other work on the machine counts little. Needs `make home`, and as much free disk as the file has.
set -euo pipefail
cd "$(dirname "$0")/.."

megabytes=${1:-1024}
work=$(mktemp -d "$PWD/build/explain-XXXXXX")
trap 'rm -rf "$work"' EXIT
file=$work/results.jtl
sources=bench/src/main/java/io/tollgate/bench/results
jar=$(ls java/build/libs/jmeter-tollgate-*.jar)
javac -d "$work" "$sources"/ResultFile.java "$sources"/PlainScan.java
java -cp "$work" io.tollgate.bench.results.ResultFile "$file" "$megabytes"
cat "$file" >/dev/null # into the page cache, if it fits

pin=()
if command -v taskset >/dev/null; then
    pin=(taskset -c 0)
fi
# seconds COMMAND...: its processor time; what it printed is in $work/out. `explain` ends with 1 if it finds something.
seconds() {
    local TIMEFORMAT='%U %S'
    { time { "${pin[@]}" "$@" >"$work/out" 2>"$work/err" || [ $? = 1 ]; }; } 2>&1 | awk '{ printf "%.2f", $1 + $2 }'
}

wc=$(seconds wc -l "$file")
scan=$(seconds java -XX:+UseSerialGC -cp "$work" io.tollgate.bench.results.PlainScan "$file")
explain=$(seconds java -Xmx64m -XX:+UseSerialGC -jar "$jar" explain "$file")
head -n 1 "$work/out"
awk -v mb="$megabytes" -v wc="$wc" -v scan="$scan" -v explain="$explain" 'BEGIN {
    printf "wc -l %.2f s, plain scan %.2f s, explain with -Xmx64m %.2f s (%d MB/s): ratio %.2f\n",
        wc, scan, explain, mb / explain, (wc + scan) / explain
}'
if [ "${2:-}" != no-report ]; then
    report=$(seconds java -Xmx2g -XX:+UseSerialGC -jar build/jmeter/bin/ApacheJMeter.jar -g "$file" -o "$work/report" \
        -j "$work/jmeter.log" -Jjmeter.reportgenerator.temp_dir="$work/temp")
    awk -v report="$report" -v explain="$explain" 'BEGIN {
        printf "report generator of JMeter %.2f s, %.1f times as long\n", report, report / explain
    }'
fi
