#!/usr/bin/env bash
# Sees to what a target of the Makefile needs: gradle/setup.sh build|test|release|plan|workflows|integrations
#
# A script of its own because it runs before there is a Gradle to run. It looks at what is there, says what it adds
# before it adds it, installs system packages only where it already is root, and elsewhere prints the one command that
# does. Its own tools go under build/tools. Where nothing is missing it takes a second.
# TOLLGATE_GRADLE=system leaves ./gradlew out, for machines that reach nothing but package registries.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:?build, test, release, plan, workflows or integrations}
tools=build/tools
rust_wanted=1.95
jdk_oldest=17
jdk_newest=24 # of what the Gradles used here run on
cargo_deny_version=0.20.2
zigbuild_version=0.24.0
taurus_version=1.17.2
actionlint_version=1.7.12
zig_version=0.16.0
mkdir -p "$tools"

say() { echo "setup: $*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
limit() { # seconds command...: never hangs, where there is a `timeout`
    local seconds=$1
    shift
    if have timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

# ---- system packages -------------------------------------------------------------------------------------------

wanted_packages=() # missing, and may not be installed from here
apt_is_fresh=
may_install() { [ "$(id -u)" = 0 ] && have apt-get; }

# package REASON NAMES...: installs them now, or notes them for the closing message.
package() {
    local reason=$1
    shift
    if ! may_install; then
        wanted_packages+=("$@")
        return
    fi
    say "adding $* with apt-get: $reason"
    mkdir -p build/logs
    {
        if [ -z "$apt_is_fresh" ]; then
            DEBIAN_FRONTEND=noninteractive limit 300 apt-get update
        fi
        DEBIAN_FRONTEND=noninteractive limit 900 apt-get install -y --no-install-recommends "$@"
    } </dev/null >build/logs/apt.log 2>&1 || {
        tail -n 20 build/logs/apt.log >&2
        say "apt-get could not add $*: see build/logs/apt.log"
        exit 1
    }
    apt_is_fresh=yes
}

# unpack REASON NAME: a system package's files alone under build/tools, where no service of it is started.
unpack() {
    local reason=$1 name=$2
    if [ -x "$tools/$name/usr/bin/$name" ]; then
        return
    fi
    if ! have apt-get; then
        wanted_packages+=("$name")
        return
    fi
    say "adding $name in $tools/$name: $reason"
    mkdir -p "$tools/$name" build/logs
    (
        cd "$tools/$name"
        if may_install && [ -z "$apt_is_fresh" ]; then
            DEBIAN_FRONTEND=noninteractive limit 300 apt-get update
        fi
        limit 300 apt-get download "$name" && dpkg-deb -x ./*.deb . && rm ./*.deb
    ) </dev/null >build/logs/apt.log 2>&1 || {
        tail -n 20 build/logs/apt.log >&2
        say "apt-get could not download $name: see build/logs/apt.log"
        exit 1
    }
}

# ---- toolchains ------------------------------------------------------------------------------------------------

java_home_bin() { [ -n "${JAVA_HOME:-}" ] && echo "$JAVA_HOME/bin/" || true; }

check_java() {
    local bin
    bin=$(java_home_bin)
    if ! have "${bin}javac"; then
        package 'a JDK compiles the Java side' default-jdk-headless
        have "${bin}javac" || return 0
    fi
    local version
    version=$("${bin}javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    if [ "${version:-0}" -lt $jdk_oldest ] || [ "$version" -gt $jdk_newest ]; then
        say "the build needs a JDK from $jdk_oldest to $jdk_newest, and ${bin}javac is $version: point JAVA_HOME at one"
        exit 1
    fi
}

check_rust() {
    if ! have cargo; then
        say "the native side needs Rust $rust_wanted or later: install it with rustup, then run this again"
        exit 1
    fi
    local version
    version=$(cargo --version | sed -n 's/^cargo \([0-9]*\.[0-9]*\).*/\1/p')
    if [ "$(printf '%s\n' "$rust_wanted" "$version" | sort -V | head -n 1)" != "$rust_wanted" ]; then
        say "the native side needs Rust $rust_wanted or later, and cargo is $version: run \`rustup update stable\`"
        exit 1
    fi
}

check_cc() {
    # Rust links with it, and the TLS library compiles with it.
    if ! have cc; then
        package 'Rust links with a C compiler' gcc libc6-dev
    fi
}

check_node() {
    if ! have npm; then
        package 'the whole-system tests run a certified OAuth server from npm' nodejs npm
    fi
    if ! have openssl; then
        package 'that server is given certificates of an authority made for the test' openssl
    fi
}

check_nginx() {
    if [ -z "${NGINX:-}" ] && ! PATH="$PATH:/usr/sbin:/usr/local/sbin" have nginx; then
        package 'the plans that are measured call an API that costs next to nothing: an nginx' nginx-light
    fi
}

# ---- Gradle ----------------------------------------------------------------------------------------------------

# True if the wrapper's distribution is unpacked already or its address answers within seconds.
wrapper_reachable() {
    local url name
    url=$(sed -n 's/^distributionUrl=//p' gradle/wrapper/gradle-wrapper.properties | tr -d '\\')
    name=$(basename "$url" .zip)
    if ls "${GRADLE_USER_HOME:-$HOME/.gradle}/wrapper/dists/$name"/*/*/bin/gradle >/dev/null 2>&1; then
        return 0
    fi
    if have curl; then
        limit 15 curl --fail --silent --location --head --max-time 10 --output /dev/null "$url"
    elif have wget; then
        limit 15 wget --quiet --spider --tries=1 --timeout=10 "$url"
    else
        local host=${url#*//}
        limit 10 bash -c "exec 3<>/dev/tcp/${host%%/*}/443" 2>/dev/null
    fi
}

# Leaves the Gradle to use as build/tools/gradle.
choose_gradle() {
    if [ -x "$tools/gradle" ]; then
        return
    fi
    rm -f "$tools/gradle"
    if [ "${TOLLGATE_GRADLE:-}" != system ] && wrapper_reachable; then
        say 'taking Gradle from ./gradlew, which downloads it once'
        ln -s ../../gradlew "$tools/gradle"
        return
    fi
    if ! have gradle; then
        package 'Gradle builds the Java side, and the distribution of ./gradlew is out of reach' gradle
        have gradle || return 0
    fi
    say "taking Gradle from $(command -v gradle): the distribution of ./gradlew is out of reach"
    ln -s "$(command -v gradle)" "$tools/gradle"
}

# ---- the build's own tools -------------------------------------------------------------------------------------

install_cargo_deny() {
    if [ -x "$tools/bin/cargo-deny" ]; then
        return
    fi
    say "adding cargo-deny $cargo_deny_version in $tools (a minute or two)"
    mkdir -p build/logs
    # Unoptimised on purpose: it compiles in a quarter of the time and its check takes a second either way.
    if ! limit 1500 cargo install --quiet --locked --debug --version $cargo_deny_version --root "$tools" cargo-deny \
        </dev/null >build/logs/cargo-deny-install.log 2>&1; then
        tail -n 20 build/logs/cargo-deny-install.log >&2
        say 'cargo-deny could not be installed'
        exit 1
    fi
}

install_zigbuild() {
    if [ -x "$tools/zig/bin/cargo-zigbuild" ]; then
        return
    fi
    if ! have python3; then
        package 'the cross-linker comes from PyPI' python3 python3-venv
        have python3 || return 0
    fi
    say "adding cargo-zigbuild $zigbuild_version and zig $zig_version in $tools/zig"
    python3 -m venv "$tools/zig"
    "$tools/zig/bin/pip" install --quiet "cargo-zigbuild==$zigbuild_version" "ziglang==$zig_version"
}

install_taurus() {
    if ! have mvn; then
        package 'the JMeter Maven plugin runs in it' maven
    fi
    if ! have curl; then
        package 'what the server counted is asked by it' curl
    fi
    if [ -x "$tools/taurus/bin/bzt" ]; then
        return
    fi
    if ! have python3; then
        package 'Taurus comes from PyPI' python3 python3-venv
        have python3 || return 0
    fi
    say "adding Taurus $taurus_version in $tools/taurus"
    python3 -m venv "$tools/taurus"
    "$tools/taurus/bin/pip" install --quiet "bzt==$taurus_version"
}

install_actionlint() {
    if [ -x "$tools/bin/actionlint" ]; then
        return
    fi
    if ! have go; then
        package 'actionlint is compiled from its sources' golang-go
        have go || return 0
    fi
    say "adding actionlint $actionlint_version in $tools"
    GOBIN="$PWD/$tools/bin" limit 600 go install "github.com/rhysd/actionlint/cmd/actionlint@v$actionlint_version"
}

check_browser() {
    if ! have chromium && ! have chromium-browser && ! have google-chrome; then
        package 'a test opens the report of a run in a browser without a screen' chromium
    fi
}

check_prometheus() {
    if ! have prometheus || ! have promtool; then
        unpack "a test has it ask a run of JMeter" prometheus
    fi
}

check_screen() {
    if ! have Xvfb; then
        package "a test uses JMeter's window, on a screen in memory" xvfb
    fi
    local bin home
    bin=$(java_home_bin)
    home=$("${bin}java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.home = //p')
    if [ "$(uname -s)" = Linux ] && ! [ -e "$home/lib/libawt_xawt.so" ]; then
        package 'that window needs more of Java than a headless one has' default-jre
    fi
}

# The server that tests of a fleet start for themselves. Debian's redis-tools has its program, under another name;
# redis-server would start a service too.
check_redis() {
    if [ -x "$tools/bin/redis-server" ] || have redis-server; then
        return
    fi
    if ! have redis-check-rdb; then
        package 'the tests of a fleet share tokens in a Redis of their own' redis-tools
        have redis-check-rdb || return 0
    fi
    mkdir -p "$tools/bin"
    ln -sf "$(command -v redis-check-rdb)" "$tools/bin/redis-server"
}

check_java
check_rust
check_cc
case $purpose in
build) ;;
test)
    check_node
    check_browser
    check_prometheus
    check_screen
    check_redis
    ;;
release) install_zigbuild ;;
plan)
    check_nginx
    check_redis
    ;;
workflows) install_actionlint ;;
integrations) install_taurus ;;
*)
    say "no such purpose: $purpose"
    exit 2
    ;;
esac
choose_gradle
if [ ${#wanted_packages[@]} -gt 0 ]; then
    say "missing: ${wanted_packages[*]}. This adds them; then run the same target again:"
    if have apt-get; then
        say "    sudo apt-get install --no-install-recommends ${wanted_packages[*]}"
    else
        say '    (your system has no apt-get: its own package manager has them under these or similar names)'
    fi
    exit 1
fi
if [ "$purpose" = test ]; then
    install_cargo_deny
fi
