#!/usr/bin/env bash
# gradle/check-native.sh PLATFORM FILE: whether FILE may be shipped for PLATFORM, by what it asks of the system that loads
# it. Prints one line of what that is, or says what is wrong and fails.
#
# A script of its own because the page of platforms shows the same line.
set -euo pipefail

platform=$1 file=$2
glibc=2.17
macos=11.0

sysroot=$(rustc --print sysroot)
host=$(rustc -vV | sed -n 's/^host: //p')
tools=$sysroot/lib/rustlib/$host/bin
if [ ! -x "$tools/llvm-readobj" ] && command -v rustup >/dev/null; then
    rustup --quiet component add llvm-tools
fi

refuse() {
    echo "$file for $platform: $*" >&2
    exit 1
}

needed() {
    # A library for macOS names itself there too.
    "$tools/llvm-readobj" --needed-libs "$file" |
        sed -n '/^NeededLibraries \[/,/^\]/s/^  //p' | grep -vx '@rpath/libtollgate_jni\.dylib' | sort -fu
}

# What every installation of the system has. libgcc_s is not among it: a bare Alpine has none.
case $platform in
    linux-musl-*) allowed='libc\.so' ;;
    linux-*) allowed='lib(c|m|dl|rt|pthread)\.so\.[0-9]|ld-linux-(x86-64|aarch64)\.so\.[0-9]' ;;
    windows-*) allowed='(kernel32|ntdll|ws2_32|advapi32|bcrypt|bcryptprimitives|userenv|api-ms-win-(crt|core)-[a-z0-9-]*)\.dll' ;;
    macos-*) allowed='/usr/lib/libSystem\.B\.dylib' ;;
    *) refuse 'no such platform' ;;
esac
libraries=$(needed || true)
foreign=$(grep -viEx "$allowed" <<<"$libraries" | grep . || true)
[ -z "$foreign" ] || refuse "needs" $foreign

needs=$(paste -sd, <<<"$libraries" | sed 's/,/, /g')
case $platform in
    linux-*)
        newest=$("$tools/llvm-readobj" --version-info "$file" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1 || true)
        if [ -n "$newest" ]; then
            [ "$(printf '%s\n' "GLIBC_$glibc" "$newest" | sort -V | tail -n 1)" = "GLIBC_$glibc" ] ||
                refuse "needs $newest, and GLIBC_$glibc is the newest allowed"
            needs="$needs; at most $newest"
        fi
        ;;
    macos-*)
        oldest=$("$tools/llvm-objdump" --macho --private-headers "$file" | sed -n 's/^ *minos //p')
        [ "$oldest" = "$macos" ] || refuse "is for macOS $oldest, and $macos is wanted"
        needs="$needs; macOS $oldest; $(python3 "$(dirname "$0")/macos-signature.py" "$file")"
        ;;
esac
echo "$platform: $(basename "$file"): $(stat -c %s "$file") bytes; needs ${needs:-nothing}"
