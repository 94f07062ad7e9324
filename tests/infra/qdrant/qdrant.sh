#!/usr/bin/env bash
# A Qdrant gRPC server for tests, on 127.0.0.1 only: qdrant-client's local mode behind its own servicers.
#
#   qdrant.sh resolve                    what the tests would use: "given ADDRESS", "docker" or "scripts"
#   qdrant.sh fetch                      make the Python environment once (then offline)
#   qdrant.sh start --dir DIR [--port P] [--via scripts|docker] [--timeout SECONDS]
#                   [--report-version V] [--latency-file FILE] [--api-key KEY] [--full-sync]
#                                        prints 127.0.0.1:P when ready; DIR keeps the data
#   qdrant.sh stop DIR | kill DIR        SIGTERM or SIGKILL to the process in DIR/pid, wait for its end
#   qdrant.sh status DIR                 prints the address, or fails
#   qdrant.sh python ARGS...             the environment's Python, e.g. for a script that uses qdrant_client
#
# Environment: PENCHANT_CACHE, PENCHANT_PYTHON (default python3), PENCHANT_TEST_QDRANT, PENCHANT_QDRANT_IMAGE,
# PENCHANT_INFRA=scripts|docker.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PART=qdrant
MARK=$HERE/server.py
# shellcheck source=../common.sh
. "$HERE/../common.sh"

PYTHON=${PENCHANT_PYTHON:-python3}
CLIENT=$(sed -n 's/^qdrant-client==//p' "$HERE/requirements.txt")
HOME_DIR=$CACHE/qdrant-client-$CLIENT
VENV=$HOME_DIR/venv

fetched() { [ -x "$VENV/bin/python" ] && cmp -s "$VENV/.complete" "$HERE/requirements.txt"; }

fetch_locked() {
    fetched && return
    need "$PYTHON"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or newer is needed"
    say "making a Python environment in $VENV"
    say "downloading qdrant-client $CLIENT, grpcio, numpy and $(($(grep -c == "$HERE/requirements.txt") - 3)) dependencies with pip (about 40 MB)"
    rm -rf "$VENV"; mkdir -p "$HOME_DIR"
    "$PYTHON" -m venv "$VENV" >&2 || die "python -m venv failed (on Debian: apt-get install python3-venv)"
    "$VENV/bin/python" -m pip install -q --disable-pip-version-check --no-input \
        -r "$HERE/requirements.txt" >&2 || die "pip failed"
    cp "$HERE/requirements.txt" "$VENV/.complete"
    say "fetched"
}

fetch() { fetched || with_fetch_lock "$HOME_DIR/.fetching" fetch_locked; }

answers() { port_answers "$1" && tail -c +"$(($2 + 1))" "$3" | grep -q "ready on 127.0.0.1:$1"; }

start_scripts() {
    local dir=$1 port=$2 seconds=$3; shift 3
    fetch
    local log=$dir/qdrant.log; touch "$log"
    local from; from=$(wc -c <"$log")
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 nohup "$VENV/bin/python" "$HERE/server.py" \
        --port "$port" --dir "$dir" "$@" >>"$log" 2>&1 </dev/null &
    local pid=$!
    echo "$pid" >"$dir/pid"; echo "$port" >"$dir/port"
    wait_ready "$pid" "$seconds" "$log" answers "$port" "$from" "$log"
    say "Qdrant API over local mode (qdrant-client $CLIENT) ready on 127.0.0.1:$port (process $pid)"
}

start_docker() {
    local dir=$1 port=$2 seconds=$3 key=$4
    local image=${PENCHANT_QDRANT_IMAGE:-qdrant/qdrant:v1.20.0} id
    if [ -s "$dir/container" ]; then
        docker start "$(cat "$dir/container")" >/dev/null || die "docker start failed"
    else
        docker image inspect "$image" >/dev/null 2>&1 || say "docker will pull $image"
        id=$(docker run -d -p "127.0.0.1:$port:6334" ${key:+-e QDRANT__SERVICE__API_KEY="$key"} \
            -e QDRANT__TELEMETRY_DISABLED=true "$image") || die "docker run failed"
        echo "$id" >"$dir/container"
    fi
    echo "$port" >"$dir/port"
    local ticks=0
    until docker logs --since 5m "$(cat "$dir/container")" 2>&1 | grep -q 'gRPC listening' && port_answers "$port"; do
        ticks=$((ticks + 1)); [ "$ticks" -gt $((seconds * 5)) ] && die "container not ready after $seconds s"
        sleep 0.2
    done
    say "Qdrant in docker ($image) ready on 127.0.0.1:$port"
}

start() {
    local dir='' port='' seconds=30 via=scripts key=${PENCHANT_QDRANT_API_KEY:-} arguments=()
    while [ $# -gt 0 ]; do
        case $1 in
            --full-sync) arguments+=("$1"); shift; continue ;;
            --dir|--port|--timeout|--via|--report-version|--latency-file|--api-key) ;;
            *) die "unknown option $1" ;;
        esac
        [ $# -ge 2 ] || die "$1 needs a value"
        case $1 in
            --dir) dir=$2 ;;
            --port) port=$2 ;;
            --timeout) seconds=$2 ;;
            --via) via=$2 ;;
            --api-key) key=$2 ;;
            *) arguments+=("$1" "$2") ;;
        esac
        shift 2
    done
    [ -n "$dir" ] || die "start needs --dir DIR"
    mkdir -p "$dir"; dir=$(cd "$dir" && pwd)
    running_pid "$dir" >/dev/null && die "already running in $dir"
    # A restart keeps its port unless told otherwise.
    [ -n "$port" ] || port=$(cat "$dir/port" 2>/dev/null) || port=$(free_port)
    check_port "$port"
    port_answers "$port" && die "something already answers on port $port"
    case $via in
        # The key goes by environment: a command line is readable by everyone.
        scripts) PENCHANT_QDRANT_API_KEY=$key start_scripts "$dir" "$port" "$seconds" ${arguments[@]+"${arguments[@]}"} ;;
        docker)
            [ ${#arguments[@]} = 0 ] || die "a real server takes no fault or version options: ${arguments[*]}"
            start_docker "$dir" "$port" "$seconds" "$key" ;;
        *) die "--via must be scripts or docker" ;;
    esac
    echo "127.0.0.1:$port"
}

status() {
    local port; port=$(cat "$1/port" 2>/dev/null) || die "nothing was started in $1"
    [ -s "$1/container" ] || running_pid "$1" >/dev/null || die "not running in $1"
    port_answers "$port" || die "port $port does not answer"
    echo "127.0.0.1:$port"
}

usage() { sed -n '2,/^set -/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p'; }

case ${1:-} in
    resolve) resolve "${PENCHANT_TEST_QDRANT:-}" ;;
    fetch) fetch; echo "$VENV" ;;
    start) shift; start "$@" ;;
    stop) [ $# = 2 ] || die "stop needs DIR"; end "$2" TERM 30 ;;
    kill) [ $# = 2 ] || die "kill needs DIR"; end "$2" KILL 10 ;;
    status) [ $# = 2 ] || die "status needs DIR"; status "$2" ;;
    python) shift; fetch; exec "$VENV/bin/python" "$@" ;;
    -h|--help|help) usage ;;
    *) usage >&2; exit 2 ;;
esac
