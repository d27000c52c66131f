#!/usr/bin/env bash
# Makes the files of a release for this platform alone and checks them; without an account, or with a part changed, that fails.
set -euo pipefail
cd "$(dirname "$0")/.."

gradle=(build/tools/gradle --console=plain --quiet)
if [ -n "${CI:-}" ]; then
    gradle+=(--no-daemon)
fi
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME"' EXIT

if "${gradle[@]}" releaseFiles >build/logs/release-without-owner.log 2>&1 || ! grep -q 'tollgate.owner is not set' build/logs/release-without-owner.log; then
    echo 'a release without an account must say that tollgate.owner is not set' >&2
    exit 1
fi
gpg --batch --quiet --passphrase '' --quick-generate-key 'Test of a release <test@example.com>' ed25519 sign 1d
"${gradle[@]}" releaseFiles -Ptollgate.owner=example -Ptollgate.signingKey=test@example.com
gradle/check-release.sh
gradle/load-here.sh build/release/jmeter-tollgate-[0-9]*.jar
echo >>build/release/plugins-manager.json
if gradle/check-release.sh >build/logs/release-changed.log 2>&1; then
    echo 'a changed file must not pass' >&2
    exit 1
fi
rm -rf build/release
