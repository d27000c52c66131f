#!/usr/bin/env bash
# The jar on JREs of Linux x64, in JMeter.
set -uo pipefail
. "$(dirname "$0")/common.sh"

start_server
for jre in 11:manylinux1_x86_64:11.0.13.1 17:manylinux1_x86_64:17.0.9.2 21:manylinux_2_17_x86_64:21.0.8.2 \
    25:manylinux_2_17_x86_64:25.0.2.1; do
    IFS=: read -r major tag release <<<"$jre"
    if ! home_of_jre=$(jre "$tag" "$release"); then
        row linux-x86_64 "JRE $major" 'not tried here: PyPI has no such JRE, or is out of reach'
        continue
    fi
    check linux-x86_64 "JRE $major" "$home_of_jre/bin/java" -Xmx256m &&
        plan linux-x86_64 "JRE $major" 1000 "$home_of_jre/bin/java" -Xmx512m
done
