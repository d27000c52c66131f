#!/usr/bin/env bash
# Two builds of this machine's library in two folders: the same bytes.
set -uo pipefail
. "$(dirname "$0")/common.sh"

platform=linux-$(uname -m)
sums=()
for folder in first "second, of another name"; do
    tree=$work/reproducible/$folder
    mkdir -p "$tree/build/tools"
    # What is tracked or will be; the target directory stays from run to run.
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tree" 2>/dev/null
    ln -sfn "$PWD/build/tools/zig" "$tree/build/tools/zig"
    if ! (cd "$tree" && env -u CARGO_TARGET_DIR gradle/release-natives.sh "$platform") >"$work/reproducible/log" 2>&1; then
        row all 'two builds in two folders' "FAILED: $(tail -n 1 "$work/reproducible/log")"
        exit
    fi
    sums+=("$(cd "$tree/build/natives/native/$platform" && sha256sum -- * | sha256sum)")
done
if [ "${sums[0]}" = "${sums[1]}" ]; then
    row all 'two builds in two folders' "ran: library and server of $platform byte for byte the same"
else
    row all 'two builds in two folders' "FAILED: they differ, see build/platforms/reproducible"
fi
