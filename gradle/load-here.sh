#!/usr/bin/env bash
# Loads the native library of a jar on this system and fetches one token with it: gradle/load-here.sh JAR
#
# The server is the one in the jar, so that it is tried here too. `TOLLGATE_JAVA` names another java.
set -euo pipefail

jar=${1:?the jar}
java=${TOLLGATE_JAVA:-java}
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT

"$java" -version
"$java" -jar "$jar" server --listen 127.0.0.1:0 --client demo:demo-secret >"$folder/greeting" &
server=$!
for _ in $(seq 300); do
    if grep -q token_url "$folder/greeting"; then
        break
    fi
    kill -0 "$server" || { echo 'the server of the jar ended' >&2; exit 1; }
    sleep 0.1
done
url=$(grep -o 'http://[^" ]*/oauth/token' "$folder/greeting" | head -n 1)
[ -n "$url" ] || { echo 'the server of the jar did not say where it listens' >&2; exit 1; }
printf 'tollgate.profile.here.%s\n' "token_url=$url" client_id=demo client_secret=demo-secret >"$folder/here.properties"
"$java" -jar "$jar" check here -p "$folder/here.properties"
