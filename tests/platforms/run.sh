#!/usr/bin/env bash
# Builds the jar of a release, runs it where this machine can, and writes docs/platforms.md. A tool that is missing is
# named in the page and fails nothing; what ran and went wrong does.
set -uo pipefail
. "$(dirname "$0")/common.sh"

: >"$work/rows.tsv"
for platform in linux-{x86_64,aarch64} linux-musl-{x86_64,aarch64} windows-{x86_64,aarch64} macos-{x86_64,aarch64}; do
    if ! gradle/release-natives.sh "$platform" >"$work/build-$platform.log" 2>&1; then
        row "$platform" 'build' "not built here: $(grep -v '^ *$' "$work/build-$platform.log" | tail -n 1)"
    fi
done
build/tools/gradle --console=plain --quiet ${CI:+--no-daemon} jmeterHome :java:jar -Ptollgate.natives=build/natives || exit 1
cp java/build/libs/jmeter-tollgate-"$version".jar "$jar"
rm -rf "$home"
cp -rl build/jmeter "$home"
cp "$jar" "$home/lib/ext/"

for script in files jres arm64 musl windows windows-stop reproducible; do
    "tests/platforms/$script.sh"
done
tests/platforms/page.sh
if grep -q $'\tFAILED' "$work/rows.tsv"; then
    grep $'\tFAILED' "$work/rows.tsv"
    exit 1
fi
