#!/bin/sh
# Installs what a machine lacks to build and run penchant (`run`) or to test it too (`test`).
# Debian-like systems, as root or with sudo. Says what it installs before it does; does nothing
# where nothing is missing.
set -eu

purpose=${1:-run}
packages=""

need() { # command package
    command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}

need cc build-essential
need g++ build-essential
need perl perl
need pkg-config pkg-config
need curl curl
need git git
need python3 python3
python3 -m pip --version >/dev/null 2>&1 || packages="$packages python3-pip"
if [ "$purpose" = test ]; then
    need java openjdk-17-jre-headless
    need mvn maven
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || packages="$packages python3-venv"
fi

if [ -n "$packages" ]; then
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "setup: please install these and run again:$packages" >&2
        exit 1
    fi
    echo "setup: installing Debian packages:$packages"
    $sudo apt-get update -qq
    # shellcheck disable=SC2086 # a list of words is meant
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $packages
fi

# The toolchain: at least the version the workspace names.
want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
have=$(rustc --version 2>/dev/null | sed 's/rustc \([0-9]*\.[0-9]*\).*/\1/' || true)
older() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" != "$2" ]; }
if [ -z "$have" ] || older "$have" "$want"; then
    if command -v rustup >/dev/null 2>&1; then
        echo "setup: updating Rust ${have:-(none)} to stable (>= $want) with rustup"
        rustup toolchain install stable --profile minimal --component clippy --component rustfmt
        rustup default stable
    else
        echo "setup: installing Rust stable (>= $want) with rustup into ~/.cargo and ~/.rustup"
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
            sh -s -- -y --profile minimal --component clippy --component rustfmt
    fi
fi
