#!/usr/bin/env bash
# Builds natives once more in a folder of another name, one by each linker, and the jar: the same bytes as here.
set -uo pipefail
. "$(dirname "$0")/common.sh"

what='two builds in two folders'
tree="$work/reproducible/another name"
log=$work/reproducible/log
platforms=("linux-$(uname -m)" windows-x86_64 macos-aarch64)
rm -rf "$tree"
mkdir -p "$tree/build"
# What is tracked or will be.
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tree" 2>/dev/null
ln -sfn "$PWD/build/tools" "$tree/build/tools"

fail() {
    row all "$what" "FAILED: $*"
    exit
}

for platform in "${platforms[@]}"; do
    (cd "$tree" && env -u CARGO_TARGET_DIR nice gradle/release-natives.sh "$platform") >"$log" 2>&1 ||
        fail "$platform: $(tail -n 1 "$log")"
    diff -r "$natives/$platform" "$tree/build/natives/native/$platform" >"$log" || fail "$(tail -n 1 "$log")"
    rm -rf "$tree/target" # more than a gigabyte a platform
done

rm -rf "$tree/build/natives"
cp -r build/natives "$tree/build/"
(cd "$tree" && build/tools/gradle --console=plain --quiet ${CI:+--no-daemon} :java:jar -Ptollgate.natives=build/natives) \
    >"$log" 2>&1 || fail "the jar: $(tail -n 1 "$log")"
cmp "$jar" "$tree/java/build/libs/$(basename "$jar")" >"$log" || fail "the jar: $(tail -n 1 "$log")"
row all "$what" "ran: library and server of ${platforms[*]}, and the jar of all platforms, byte for byte the same"
rm -rf "$tree"
