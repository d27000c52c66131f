#!/usr/bin/env bash
# Runs the plan of examples/credential as examples/maven and examples/taurus do, and counts at the server.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version=//p' gradle.properties)
target_dir=${CARGO_TARGET_DIR:-target}
jar=$PWD/java/build/libs/jmeter-tollgate-$version.jar
work=$PWD/build/integrations
export DEMO_SECRET=demo-secret
rm -rf "$work"
mkdir -p "$work" build/logs
trap 'kill "$server" 2>/dev/null || true' EXIT

# A server of its own for each: what it counts is what one of them did.
start_server() {
    "$target_dir/release/tollgate-authserver" --listen 127.0.0.1:0 --lifetime 10m --revoke-previous --client demo:demo-secret >"$work/greeting" &
    server=$!
    for _ in $(seq 100); do
        if grep -q token_url "$work/greeting"; then
            break
        fi
        sleep 0.1
    done
    url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/greeting" | head -n 1)
    port=${url##*:}
}

# judge NAME: one token request, samples that the API accepted, and none that it refused.
judge() {
    local counts
    counts=$(curl --fail --silent "$url/control/counts")
    kill "$server"
    wait "$server" 2>/dev/null || true
    for wanted in '"totals":{"token_requests":1,' '"api_ok":[1-9]' '"api_unauthorized_avoidable":0,"api_unauthorized_unavoidable":0'; do
        if ! grep -q "$wanted" <<<"$counts"; then
            echo "FAILED  $1: the server counted $counts" >&2
            exit 1
        fi
    done
    echo "ok      $1: $(grep -o '"api_ok":[0-9]*' <<<"$counts" | head -n 1) with one token"
}

run() { # log command...
    local log=build/logs/$1
    shift
    "$@" </dev/null >"$log" 2>&1 || { tail -n 40 "$log" >&2; echo "FAILED  see $log" >&2; exit 1; }
}

cp -r examples/maven examples/taurus examples/credential "$work"

start_server
run maven-install.log mvn -B --quiet install:install-file -Dfile="$jar" -DgroupId=io.tollgate -DartifactId=jmeter-tollgate \
    -Dversion="$version" -Dpackaging=jar
run maven.log timeout 900 mvn -B --file "$work/maven/pom.xml" verify -Dtollgate.version="$version" -Dtoken.url="$url/oauth/token" \
    -Dapi.port="$port" -Dduration=5
judge 'JMeter Maven plugin'

# Taurus starts a program that is called jmeter.
printf '#!/bin/sh\nexec java -jar "%s/build/jmeter-tollgate/bin/ApacheJMeter.jar" "$@"\n' "$PWD" >"$work/jmeter"
chmod +x "$work/jmeter"
start_server
sed -i -e "s#127.0.0.1:8080#127.0.0.1:$port#; s#port: 8080#port: $port#; s#hold-for: 60s#hold-for: 10s#" "$work/taurus/tollgate.yml"
bzt=$PWD/build/tools/taurus/bin/bzt
taurus() (cd "$work/taurus" && HOME=$work timeout 300 "$bzt" tollgate.yml -o modules.jmeter.path="$work/jmeter")
run taurus.log taurus
judge 'Taurus'
