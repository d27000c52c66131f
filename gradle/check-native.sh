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

# A file that can't be read fails here: no needed library would pass for a file that needs none.
read=$("$tools/llvm-readobj" --needed-libs --version-info "$file")

# What every installation of the system has. libgcc_s is not among it: a bare Alpine has none.
case $platform in
    linux-musl-*) allowed='libc\.so' ;;
    linux-*) allowed='lib(c|m|dl|rt|pthread)\.so\.[0-9]|ld-linux-(x86-64|aarch64)\.so\.[0-9]' ;;
    windows-*) allowed='(kernel32|ntdll|ws2_32|advapi32|bcrypt|bcryptprimitives|userenv|api-ms-win-(crt|core)-[a-z0-9-]*)\.dll' ;;
    macos-*) allowed='\/usr\/lib\/libSystem\.B\.dylib' ;;
    *) refuse 'no such platform' ;;
esac
# sed and not grep: that there is none is no failure. A library for macOS names itself there too.
libraries=$(sed -n '/^NeededLibraries \[/,/^\]/s/^  //p' <<<"$read" | sed '/^@rpath\/libtollgate_jni\.dylib$/d' | sort -fu)
foreign=$(sed -E "/^(${allowed})?\$/Id" <<<"$libraries")
[ -z "$foreign" ] || refuse "needs" $foreign

needs=$(paste -sd, <<<"$libraries" | sed 's/,/, /g')
case $platform in
    linux-*)
        newest=$(sed -nE 's/.*(GLIBC_[0-9.]+).*/\1/p' <<<"$read" | sort -uV | tail -n 1)
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
