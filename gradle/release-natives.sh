#!/usr/bin/env bash
# Builds the native library and the server for the Linux platforms of a release, into build/natives/native/<os>-<arch>/.
#
# A script because Cargo, not Gradle, is what changes here: zig links against an old C library, so that one file loads
# on every distribution from CentOS 7 on. Nothing leaves without passing the gate below.
set -euo pipefail
cd "$(dirname "$0")/.."

glibc=2.17
version=$(sed -n 's/^version=//p' gradle.properties)
target_dir=${CARGO_TARGET_DIR:-target}
PATH="$PWD/build/tools/zig/bin:$PATH"
export PATH

for arch in x86_64 aarch64; do
    target=$arch-unknown-linux-gnu
    if command -v rustup >/dev/null; then
        rustup target add "$target"
    fi
    mkdir -p "build/natives/native/linux-$arch"
    # Two calls, so that the library is built with the features it asks for and not with the server's.
    for crate in tollgate-jni tollgate-authserver; do
        cargo zigbuild --release --locked -p "$crate" --target "$target.$glibc"
        case $crate in
            tollgate-jni) built=libtollgate_jni.so packed=libtollgate-$version.so ;;
            *) built=$crate packed=$crate-$version ;;
        esac
        built=$target_dir/$target/release/$built
        newest=$(readelf --version-info --wide "$built" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
        if [ "$(printf '%s\n' "GLIBC_$glibc" "$newest" | sort -V | tail -n 1)" != "GLIBC_$glibc" ]; then
            echo "$built needs $newest, and GLIBC_$glibc is the newest allowed" >&2
            exit 1
        fi
        cp "$built" "build/natives/native/linux-$arch/$packed"
        echo "linux-$arch: $packed: $(stat -c %s "$built") bytes, needs at most $newest"
    done
done
