#!/usr/bin/env bash
# The library for musl in a process of musl, without a JVM: none for musl can be had from the registries used here.
set -uo pipefail
. "$(dirname "$0")/common.sh"

platform=linux-musl-x86_64
library=$natives/$platform/libtollgate-$version.so
if [ ! -e /lib/ld-musl-x86_64.so.1 ]; then
    row $platform 'loaded by a program of musl' "not tried here: lacks musl (Debian's musl)"
    exit
fi
if [ ! -e "$library" ]; then
    row $platform 'loaded by a program of musl' 'not tried here: not built'
    exit
fi
if ! build/tools/zig/bin/python3 -m ziglang cc -O2 -fno-sanitize=all -target x86_64-linux-musl -dynamic -o "$work/load" tests/platforms/load.c; then
    row $platform 'loaded by a program of musl' 'not tried here: lacks zig, which `make release` adds'
    exit
fi
musl=$(/lib/ld-musl-x86_64.so.1 2>&1 | sed -n 's/^Version //p')
symbols=$(nm -D --defined-only "$library" | awk '$3 ~ /^(Java_|JNI_)/ { print $3 }')
if found=$("$work/load" "$library" $symbols 2>&1) && [ -n "$symbols" ]; then
    row $platform "loaded by a program of musl $musl, every symbol bound; no JVM" "ran: $found found"
else
    row $platform "loaded by a program of musl $musl" "FAILED: $found"
fi
