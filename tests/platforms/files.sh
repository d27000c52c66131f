#!/usr/bin/env bash
# What each file of the jar asks of the system that loads it, and how much of the jar it takes.
set -uo pipefail
. "$(dirname "$0")/common.sh"

: >"$work/files.tsv"
for platform in linux-{x86_64,aarch64} linux-musl-{x86_64,aarch64} windows-{x86_64,aarch64} macos-{x86_64,aarch64}; do
    for file in "$natives/$platform"/*; do
        [ -e "$file" ] || continue
        if ! checked=$(gradle/check-native.sh "$platform" "$file" 2>&1); then
            row "$platform" "$(basename "$file") by its file" "FAILED: $checked"
        fi
        printf '%s\t%s\t%s\t%s\t%s\n' "$platform" "$(basename "$file")" "$(stat -c %s "$file")" \
            "$(gzip -9 -c "$file" | wc -c)" "${checked#*needs }" >>"$work/files.tsv"
    done
done
