#!/usr/bin/env bash
# Says whether a tag is that of this version: gradle/check-tag.sh v0.1.0
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version=//p' gradle.properties)
if [ "${1:-}" != "v$version" ]; then
    echo "the tag ${1:-} is not v$version, the version of gradle.properties" >&2
    exit 1
fi
