#!/usr/bin/env bash
# The jar on a JRE for Linux arm64, under qemu.
set -uo pipefail
. "$(dirname "$0")/common.sh"

sysroot=/usr/aarch64-linux-gnu
missing=
have qemu-aarch64-static || missing="qemu-aarch64-static (Debian's qemu-user-static)"
[ -e $sysroot/lib/ld-linux-aarch64.so.1 ] || missing="${missing:+$missing and }a C library for arm64 (Debian's libc6-arm64-cross)"
if [ -n "$missing" ]; then
    row linux-aarch64 'a JVM under qemu' "not tried here: lacks $missing"
    exit
fi
if ! home_of_jre=$(jre manylinux_2_17_aarch64 21.0.8.2); then
    row linux-aarch64 'a JVM under qemu' 'not tried here: PyPI has no such JRE, or is out of reach'
    exit
fi
start_server
# What its compiler makes of Java is emulated once more: interpreted, JMeter starts sooner.
java=(qemu-aarch64-static -L $sysroot "$home_of_jre/bin/java" -Xint -XX:+UseSerialGC -Xmx512m)
check linux-aarch64 'JRE 21 under qemu' "${java[@]}" && plan linux-aarch64 'JRE 21 under qemu' 20 "${java[@]}"
