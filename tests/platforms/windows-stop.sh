#!/usr/bin/env bash
# A stop under Wine, and what is left of it: Windows can't delete a library in use, so the next JVM does.
set -uo pipefail
. "$(dirname "$0")/common.sh"

platform=windows-x86_64
windows_java 17.0.9.2 >/dev/null || exit 0 # windows.sh said why
start_server
run=$work/run-stop
rm -rf "$run" # or the samples of an earlier run would be taken for those of this one
jmeter "$run" -1 "${java[@]}" &
jvm=$!
for _ in $(seq 900); do
    grep -qs ',true,' "$run/results.jtl" && break
    sleep 0.2
done
began=$SECONDS
# JMeter may begin to listen after its first samples.
for _ in $(seq 60); do
    echo -n StopTestNow >/dev/udp/127.0.0.1/$udp
    sleep 1
    kill -0 $jvm 2>/dev/null || break
done
if wait $jvm && grep -q "profile 'genesys': tokens minted [1-9]" "$run/jmeter.log"; then
    row $platform "\`StopTestNow\` during a plan, $wine" "ran: JMeter ended by itself $((SECONDS - began)) s later"
else
    row $platform "\`StopTestNow\` during a plan, $wine" 'FAILED: see build/platforms/run-stop'
fi

left=$(find "$WINEPREFIX/drive_c/users" -type d -name 'tollgate-native-*')
[ -z "$left" ] || touch -d '5 minutes ago' $left
check $platform "JRE 17, $wine, 5 minutes later" "${java[@]}"
still=0
for each in $left; do [ ! -e "$each" ] || still=$((still + 1)); done
if [ -n "$left" ] && [ $still = 0 ]; then
    row $platform 'libraries of ended JVMs in the temp directory' "ran: all $(wc -l <<<"$left") deleted by that start"
else
    row $platform 'libraries of ended JVMs in the temp directory' "FAILED: $still of $(wc -w <<<"$left") are left"
fi
