# Shared by kafka.sh and qdrant.sh (sourced, bash). Messages go to stderr; stdout is for answers.
# shellcheck shell=bash disable=SC2034

CACHE=${PENCHANT_CACHE:-$HOME/.cache/penchant}

say() { printf '%s: %s\n' "$PART" "$*" >&2; }
die() { say "error: $*"; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || die "$1 is needed but not found"; }

# One fetch at a time, across processes. The lock is a directory: no flock needed.
with_fetch_lock() {
    local lock=$1 waited=0; shift
    mkdir -p "$(dirname "$lock")"
    until mkdir "$lock" 2>/dev/null; do
        local owner; owner=$(cat "$lock/pid" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$lock"; continue; fi
        [ "$waited" = 0 ] && say "waiting for another fetch (process ${owner:-?})"
        waited=$((waited + 1)); [ "$waited" -gt 600 ] && die "another fetch holds $lock"
        sleep 1
    done
    echo $$ >"$lock/pid"
    local code=0; "$@" || code=$?
    rm -rf "$lock"
    return "$code"
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port nothing answers on, outside the usual ephemeral range.
free_port() {
    local port
    for _ in $(seq 200); do
        port=$((20000 + RANDOM % 12000))
        port_answers "$port" || { echo "$port"; return; }
    done
    die "no free port found"
}

check_port() {
    case $1 in ''|*[!0-9]*) die "not a port: '$1'" ;; esac
    [ "$1" -ge 1024 ] && [ "$1" -le 65535 ] || die "port out of range: $1"
}

command_line() {
    if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -p "$1" -o args= 2>/dev/null; fi
}

# The process in DIR/pid, if it is alive and ours: a pid may be reused, so its command line must name $MARK and DIR.
running_pid() {
    local pid dir; dir=$(cd "$1" 2>/dev/null && pwd) || return 1
    pid=$(cat "$dir/pid" 2>/dev/null) || return 1
    case $pid in ''|*[!0-9]*) return 1 ;; esac
    kill -0 "$pid" 2>/dev/null || return 1
    case $(command_line "$pid") in *"$MARK"*"$dir"*) echo "$pid" ;; *) return 1 ;; esac
}

# end DIR SIGNAL SECONDS: signal the process in DIR/pid and no other, wait until it is gone.
end() {
    local dir=$1 signal=$2 seconds=$3 pid ticks=0
    [ -d "$dir" ] || die "no such directory: $dir"
    if [ -s "$dir/container" ]; then end_container "$dir" "$signal" "$seconds"; return; fi
    pid=$(running_pid "$dir") || { say "not running in $dir"; rm -f "$dir/pid"; return 0; }
    kill -"$signal" "$pid"
    while kill -0 "$pid" 2>/dev/null; do
        # A zombie (its parent has not collected it yet) is dead for our purpose.
        case $(cat "/proc/$pid/stat" 2>/dev/null) in *') Z '*) break ;; esac
        ticks=$((ticks + 1)); [ "$ticks" -gt $((seconds * 20)) ] && die "process $pid still runs ${seconds} s after SIG$signal"
        sleep 0.05
    done
    rm -f "$dir/pid"
    say "ended process $pid with SIG$signal"
}

# wait_ready PID SECONDS LOG COMMAND...: until COMMAND succeeds; fail at once if PID ends.
wait_ready() {
    local pid=$1 seconds=$2 log=$3 ticks=0; shift 3
    until "$@"; do
        kill -0 "$pid" 2>/dev/null || { tail -n 30 "$log" >&2; die "the server ended while starting; log: $log"; }
        ticks=$((ticks + 1))
        if [ "$ticks" -gt $((seconds * 10)) ]; then
            kill -KILL "$pid" 2>/dev/null; tail -n 30 "$log" >&2
            die "not ready after $seconds s; log: $log"
        fi
        sleep 0.1
    done
}

docker_usable() { command -v docker >/dev/null 2>&1 && docker info >/dev/null 2>&1; }

end_container() {
    local id; id=$(cat "$1/container")
    case $2 in
        KILL) docker kill "$id" >/dev/null ;;
        *) docker stop -t "$3" "$id" >/dev/null ;;
    esac
    say "ended container $id with SIG$2"
}

# What would serve this part: "given ADDRESS", "docker" or "scripts". $1: the address given by the environment.
resolve() {
    if [ -n "$1" ]; then echo "given $1"
    elif [ "${PENCHANT_INFRA:-}" = scripts ]; then echo scripts
    elif [ "${PENCHANT_INFRA:-}" = docker ] || docker_usable; then echo docker
    else echo scripts
    fi
}
