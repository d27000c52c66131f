#!/usr/bin/env bash
# Checks build/release as `make release-files` left it: checksums, the bundle's parts, signatures where there are any.
set -euo pipefail
cd "$(dirname "$0")/../build/release"

version=$(sed -n 's/^version=//p' ../../gradle.properties)
for file in *.sha256; do
    sha256sum --quiet --check "$file"
done
for wanted in "jmeter-tollgate-$version.jar" "tollgate-dsl-$version.jar" jmeter-tollgate.cdx.json THIRD-PARTY-LICENSES \
    plugins-manager.json "tollgate-$version-central.zip"; do
    [ -s "$wanted" ] && [ -s "$wanted.sha256" ] || { echo "build/release has no $wanted with its checksum" >&2; exit 1; }
done
if grep -q '@owner@' plugins-manager.json; then
    echo 'plugins-manager.json names no account' >&2
    exit 1
fi

signed=0
for artifact in jmeter-tollgate tollgate-dsl; do
    folder=$(dirname "$(find central -name "$artifact-$version.pom")")
    for part in .pom .jar -sources.jar -javadoc.jar; do
        file=$folder/$artifact-$version$part
        [ -s "$file" ] || { echo "the bundle has no $file" >&2; exit 1; }
        for sum in md5 sha1 sha256 sha512; do
            [ "$("${sum}sum" "$file" | cut -d' ' -f1)" = "$(cat "$file.$sum")" ] || { echo "$file.$sum is wrong" >&2; exit 1; }
        done
        if [ -e "$file.asc" ]; then
            gpg --quiet --verify "$file.asc" "$file" 2>/dev/null || { echo "$file.asc does not verify" >&2; exit 1; }
            signed=$((signed + 1))
        fi
    done
    for tag in name description url licenses developers scm; do
        grep -q "^  <$tag>" "$folder/$artifact-$version.pom" || { echo "$artifact-$version.pom has no $tag" >&2; exit 1; }
    done
done
case $signed in
0) echo 'not signed: Maven Central does not take the bundle' ;;
8) echo 'signed' ;;
*) echo "only $signed of 8 files are signed" >&2; exit 1 ;;
esac
echo "build/release is complete for $version"
