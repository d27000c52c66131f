#!/usr/bin/env bash
# Writes docs/platforms.md from what the scripts beside this one saw.
set -euo pipefail
. "$(dirname "$0")/common.sh"

megabytes='function mb(bytes) { return sprintf("%.1f MB", bytes / 1000000) }'
system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
{
    cat <<TEXT
# Platforms

\`make test-platforms\` wrote this page, on $system, $(uname -m). *Ran* is said only of what ran. The jar has
$(stat -c %s "$jar" | awk "$megabytes"' { print mb($1) }') with all files below; 40 MB is the most that \`make release\` lets pass.

## What was seen

| platform | what | result |
|---|---|---|
TEXT
    for platform in linux-{x86_64,aarch64} linux-musl-{x86_64,aarch64} windows-{x86_64,aarch64} macos-{x86_64,aarch64}; do
        built=yes
        grep -q "^$platform"$'\t' "$work/files.tsv" || built=
        awk -F '\t' -v platform=$platform -v built=$built '
            $1 == platform { print "| " $1 " | " $2 " | " $3 " |"; if ($3 ~ /^ran/) ran = 1 }
            END {
                if (!built) print "| " platform " | | **no evidence**: not built here |"
                else if (!ran) print "| " platform " | | **no evidence that it runs**: built, and its file checked |"
            }
        ' "$work/rows.tsv"
    done
    awk -F '\t' '
        $1 == "all" { print "| all | " $2 " | " $3 " |"; said = 1 }
        END { if (!said) print "| all | two builds in two folders | not tried here |" }
    ' "$work/rows.tsv"
    cat <<TEXT

## What each file needs

*In the jar* is the compressed size. The server is that of \`java -jar … server\`; on Linux one program, which needs no C library, serves
glibc and musl.

| platform | file | size | in the jar | needs of the system |
|---|---|---|---|---|
TEXT
    awk -F '\t' "$megabytes"' { print "| " $1 " | " $2 " | " mb($3) " | " mb($4) " | " $5 " |" }' "$work/files.tsv"
    cat <<'TEXT'

- A file that needs anything else does not leave `make release` (`gradle/check-native.sh`): no newer glibc than 2.17, no `libgcc_s`, no
  library of Windows or macOS that is not on every installation, and on macOS a deployment target of 11.0 and an ad-hoc signature whose
  page hashes are right.
- glibc and musl have a file each. The one for glibc needs `gnu_get_libc_version` and `__res_init`, which musl does not have.
- Under Wine 8 a library of Windows 10 is missing (`bcryptprimitives.dll`, random numbers); the test puts a stub in its place.
  JREs 21 and 25 call what Wine 8 does not have and end there: 21 in `java.net.NetworkInterface`, below
  the random numbers of Java itself.
TEXT
} >docs/platforms.md
echo "docs/platforms.md is written"
