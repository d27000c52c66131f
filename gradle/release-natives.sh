#!/usr/bin/env bash
# Builds the native library and the server for the platforms of a release into build/natives/native/<platform>/:
# gradle/release-natives.sh [PLATFORM...], all eight without one.
#
# A script because Cargo, not Gradle, is what changes here: zig links for every system, and against an old C library, so
# that one file loads on every distribution from CentOS 7 on. gradle/check-native.sh has to let each file pass.
set -euo pipefail
cd "$(dirname "$0")/.."

glibc=2.17
version=$(sed -n 's/^version=//p' gradle.properties)
target_dir=${CARGO_TARGET_DIR:-target}
PATH="$PWD/build/tools/zig/bin:$PATH"
export PATH

# The same bytes from whatever folder, by whichever user, at any time.
cargo_home=${CARGO_HOME:-$HOME/.cargo}
remapped=(--remap-path-prefix="$PWD"=/tollgate --remap-path-prefix="$cargo_home"=/cargo)
export CFLAGS="-ffile-prefix-map=$cargo_home=/cargo"
export SOURCE_DATE_EPOCH=0 # in the header of a DLL
export CARGO_PROFILE_RELEASE_STRIP=symbols
export MACOSX_DEPLOYMENT_TARGET=11.0 # the oldest that runs on Apple's processors

declare -A targets=(
    [linux-x86_64]=x86_64-unknown-linux-gnu
    [linux-aarch64]=aarch64-unknown-linux-gnu
    [linux-musl-x86_64]=x86_64-unknown-linux-musl
    [linux-musl-aarch64]=aarch64-unknown-linux-musl
    [windows-x86_64]=x86_64-pc-windows-gnu
    [windows-aarch64]=aarch64-pc-windows-gnullvm
    [macos-x86_64]=x86_64-apple-darwin
    [macos-aarch64]=aarch64-apple-darwin
)

# What Rust's linker reads of macOS: the names of the one library of the system that everything is in. zig lists them; on
# macOS libc, libm and libiconv lie beside it.
macos_sdk() {
    local sdk=$PWD/build/natives/macos-sdk listed name
    listed=$(python3 -c 'import ziglang; print(ziglang.__path__[0])')/lib/libc/darwin
    mkdir -p "$sdk/usr/lib"
    for name in libSystem libc libm libiconv; do
        ln -sf "$listed/libSystem.tbd" "$sdk/usr/lib/$name.tbd"
    done
    echo "$sdk"
}

# build CRATE TARGET FLAG...: one crate a call, so that the library has the features it asks for and not the server's.
build() {
    local crate=$1 target=$2 suffix= linked=() part=--lib
    shift 2
    [ "$crate" = tollgate-jni ] || part="--bin=$crate"
    case $target in
        *-linux-gnu) suffix=.$glibc ;;
        # By Rust's linker: zig's signs for Apple's processors alone. A name that is no path of this machine, and no library
        # that is not used. Without notes on object files (-S): they are stripped later, but their paths go into the UUID.
        *-apple-darwin)
            linked=(-Clinker=rust-lld -Clinker-flavor=ld64.lld -Clink-arg=-adhoc_codesign -Clink-arg=-dead_strip_dylibs -Clink-arg=-S)
            [ "$crate" != tollgate-jni ] || linked+=(-Clink-arg=-install_name -Clink-arg=@rpath/libtollgate_jni.dylib)
            SDKROOT=$(macos_sdk)
            export SDKROOT
            ;;
    esac
    if command -v rustup >/dev/null; then
        rustup --quiet target add "$target"
    fi
    CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && echo "${remapped[*]}${*:+$IFS}$*") \
        cargo-zigbuild rustc --release --locked -p "$crate" $part --target "$target$suffix" -- "${linked[@]}"
}

# pack PLATFORM FILE NAME: where the jar takes it from, if it may be shipped.
pack() {
    gradle/check-native.sh "$1" "$2"
    mkdir -p "build/natives/native/$1"
    rm -f "build/natives/native/$1/$3" # one that runs may not be written to
    cp "$2" "build/natives/native/$1/$3"
}

library() {
    local platform=$1 target=${targets[$1]} built packed
    case $platform in
        windows-*) built=tollgate_jni.dll packed=tollgate-$version.dll ;;
        macos-*) built=libtollgate_jni.dylib packed=libtollgate-$version.dylib ;;
        *) built=libtollgate_jni.so packed=libtollgate-$version.so ;;
    esac
    case $platform in
        # Of the process's C library, as everything else in the JVM, and not with one of its own.
        linux-musl-*) build tollgate-jni "$target" -Ctarget-feature=-crt-static ;;
        *) build tollgate-jni "$target" ;;
    esac
    pack "$platform" "$target_dir/$target/release/$built" "$packed"
}

# On Linux one program without a C library to load serves glibc and musl: it lies with the libraries of glibc.
server() {
    local platform=$1 target=${targets[$1]} exe=
    case $platform in
        linux-musl-*) return ;;
        linux-*) target=${targets[linux-musl-${platform#linux-}]} ;;
        windows-*) exe=.exe ;;
    esac
    build tollgate-authserver "$target"
    pack "$platform" "$target_dir/$target/release/tollgate-authserver$exe" "tollgate-authserver-$version$exe"
}

if [ $# = 0 ]; then
    set -- linux-{x86_64,aarch64} linux-musl-{x86_64,aarch64} windows-{x86_64,aarch64} macos-{x86_64,aarch64}
fi
for platform in "$@"; do
    if [ -z "${targets[$platform]:-}" ]; then
        echo "no such platform: $platform; there are: ${!targets[*]}" >&2
        exit 2
    fi
    library "$platform"
    server "$platform"
done
