#!/usr/bin/env bash
# The jar on JREs for Windows x64, under Wine: the path of a newcomer in docs/getting-started.md.
set -uo pipefail
. "$(dirname "$0")/common.sh"

platform=windows-x86_64
start_server
windows_java 11.0.13.1 && check $platform "JRE 11, $wine" "${java[@]}"
windows_java 17.0.9.2 || exit 0
check $platform "JRE 17, $wine" "${java[@]}"
plan $platform "JRE 17, $wine" 20 "${java[@]}"

timeout 600 "${java[@]}" -jar "$jar" server --listen 127.0.0.1:0 >"$work/server-on-windows.json" 2>&1 &
on_windows=$!
for _ in $(seq 300); do
    grep -qs token_url "$work/server-on-windows.json" && break
    sleep 0.2
done
token_url=$(sed -n 's/.*"token_url":"\([^"]*\)".*/\1/p' "$work/server-on-windows.json")
check $platform "JRE 17, $wine, against \`java -jar … server\` there" "${java[@]}"
kill $on_windows
