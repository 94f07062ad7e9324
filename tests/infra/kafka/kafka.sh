#!/usr/bin/env bash
# A single Apache Kafka node (KRaft, no ZooKeeper) for tests, on 127.0.0.1 only.
#
#   kafka.sh resolve                     what the tests would use: "given ADDRESS", "docker" or "scripts"
#   kafka.sh fetch                       download the jars once (then offline)
#   kafka.sh start --dir DIR [--port P] [--controller-port C] [--via scripts|docker]
#                  [--property K=V]... [--timeout SECONDS]
#                                        prints 127.0.0.1:P when ready; DIR keeps the data
#   kafka.sh stop DIR | kill DIR         SIGTERM or SIGKILL to the process in DIR/pid, wait for its end
#   kafka.sh status DIR                  prints the address, or fails
#   kafka.sh tool CLASS ARGS...          e.g. tool TopicCommand --bootstrap-server HOST:P --list
#
# Environment: PENCHANT_CACHE, PENCHANT_KAFKA_VERSION, PENCHANT_KAFKA_JVM (default -Xmx512m),
# PENCHANT_TEST_KAFKA, PENCHANT_INFRA=scripts|docker, MVN_FLAGS (e.g. "-s settings.xml").
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PART=kafka
MARK=kafka.Kafka
# shellcheck source=../common.sh
. "$HERE/../common.sh"

VERSION=${PENCHANT_KAFKA_VERSION:-$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$HERE/pom.xml")}
HOME_DIR=$CACHE/kafka-$VERSION
LIBS=$HOME_DIR/libs

fetched() { [ -f "$LIBS/.complete" ] && cmp -s "$LIBS/.complete" "$HERE/pom.xml"; }

fetch_locked() {
    fetched && return
    need java; need mvn
    say "downloading Apache Kafka $VERSION, its tools and their dependencies with Maven (about 50 jars, 45 MB)"
    say "into $LIBS"
    rm -rf "$LIBS" "$LIBS.part"
    # shellcheck disable=SC2086
    mvn -B -q -ntp -Dstyle.color=never ${MVN_FLAGS:-} -f "$HERE/pom.xml" -Dkafka.version="$VERSION" dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$LIBS.part" >&2 || die "Maven failed"
    [ -f "$LIBS.part/kafka_2.13-$VERSION.jar" ] || die "Maven did not deliver kafka_2.13-$VERSION.jar"
    cp "$HERE/pom.xml" "$LIBS.part/.complete"
    mv "$LIBS.part" "$LIBS"
    say "fetched $(ls "$LIBS" | wc -l | tr -d ' ') jars"
}

fetch() { fetched || with_fetch_lock "$HOME_DIR/.fetching" fetch_locked; }

run_java() { java -cp "$LIBS/*" "$@"; }

write_properties() {
    local file=$1 data=$2 port=$3 controller=$4 host=$5; shift 5
    {
        cat <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://$host:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=$data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=33554432
PROPERTIES
        # The broker session is short because after SIGKILL a restart waits for the old session to end.
        # Given properties come last: the last one wins.
        printf '%s\n' "$@"
    } >"$file"
}

write_logging() {
    cat >"$1" <<'LOGGING'
Configuration:
  status: warn
  Appenders:
    Console:
      name: STDOUT
      target: SYSTEM_OUT
      PatternLayout:
        pattern: "[%d] %p %m (%c)%n"
  Loggers:
    Root:
      level: INFO
      AppenderRef:
        ref: STDOUT
LOGGING
}

# Format once; a second start on the same DIR keeps the data.
format_storage() {
    local dir=$1
    [ -f "$dir/data/meta.properties" ] && return
    # 16 random bytes in URL-safe base64; the leading A keeps it from looking like an option.
    local id; id=A$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | cut -c 2-22)
    run_java -Xmx256m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$dir/log4j2.yaml" \
        kafka.tools.StorageTool format --ignore-formatted -t "$id" -c "$dir/server.properties" \
        >>"$dir/kafka.log" 2>&1 || { tail -n 20 "$dir/kafka.log" >&2; die "formatting $dir/data failed"; }
}

# The port answers before the broker serves; its own word that it does is in the log.
started() { port_answers "$1" && tail -c +"$(($2 + 1))" "$3" | grep -q 'Kafka Server started'; }

start_scripts() {
    local dir=$1 port=$2 controller=$3 seconds=$4; shift 4
    need java; fetch
    write_properties "$dir/server.properties" "$dir/data" "$port" "$controller" 127.0.0.1 "$@"
    write_logging "$dir/log4j2.yaml"
    touch "$dir/kafka.log"
    format_storage "$dir"
    local log=$dir/kafka.log from; from=$(wc -c <"$log")
    # shellcheck disable=SC2086
    nohup java ${PENCHANT_KAFKA_JVM:--Xms64m -Xmx512m -XX:+UseSerialGC} \
        -Djava.awt.headless=true -Djava.net.preferIPv4Stack=true -Dlog4j2.configurationFile="$dir/log4j2.yaml" \
        -cp "$LIBS/*" kafka.Kafka "$dir/server.properties" >>"$log" 2>&1 </dev/null &
    local pid=$!
    echo "$pid" >"$dir/pid"; echo "$port" >"$dir/port"
    wait_ready "$pid" "$seconds" "$log" started "$port" "$from" "$log"
    say "Apache Kafka $VERSION ready on 127.0.0.1:$port (process $pid)"
}

start_docker() {
    local dir=$1 port=$2 controller=$3 seconds=$4; shift 4
    local image=${PENCHANT_KAFKA_IMAGE:-apache/kafka:$VERSION} id
    if [ -s "$dir/container" ]; then
        docker start "$(cat "$dir/container")" >/dev/null || die "docker start failed"
    else
        docker image inspect "$image" >/dev/null 2>&1 || say "docker will pull $image"
        write_properties "$dir/server.properties" /tmp/kraft-combined-logs "$port" "$controller" 0.0.0.0 "$@"
        mkdir -p "$dir/config"; cp "$dir/server.properties" "$dir/config/server.properties"
        id=$(docker run -d -p "127.0.0.1:$port:$port" -v "$dir/config:/mnt/shared/config:ro" \
            -e KAFKA_HEAP_OPTS=-Xmx512m "$image") || die "docker run failed"
        echo "$id" >"$dir/container"
    fi
    echo "$port" >"$dir/port"
    local ticks=0
    until docker logs --since 5m "$(cat "$dir/container")" 2>&1 | grep -q 'Kafka Server started' && port_answers "$port"; do
        ticks=$((ticks + 1)); [ "$ticks" -gt $((seconds * 5)) ] && die "container not ready after $seconds s"
        sleep 0.2
    done
    say "Apache Kafka in docker ($image) ready on 127.0.0.1:$port"
}

start() {
    local dir='' port='' controller='' seconds=60 via='' properties=()
    while [ $# -gt 0 ]; do
        [ $# -ge 2 ] || die "$1 needs a value"
        case $1 in
            --dir) dir=$2 ;;
            --port) port=$2 ;;
            --controller-port) controller=$2 ;;
            --property) properties+=("$2") ;;
            --timeout) seconds=$2 ;;
            --via) via=$2 ;;
            *) die "unknown option $1" ;;
        esac
        shift 2
    done
    [ -n "$dir" ] || die "start needs --dir DIR"
    mkdir -p "$dir"; dir=$(cd "$dir" && pwd)
    running_pid "$dir" >/dev/null && die "already running in $dir"
    # A restart keeps its port unless told otherwise.
    [ -n "$port" ] || port=$(cat "$dir/port" 2>/dev/null) || port=$(free_port)
    [ -n "$controller" ] || controller=$(free_port)
    check_port "$port"; check_port "$controller"
    [ "$port" != "$controller" ] || die "the two ports must differ"
    port_answers "$port" && die "something already answers on port $port"
    case ${via:-scripts} in
        scripts) start_scripts "$dir" "$port" "$controller" "$seconds" ${properties[@]+"${properties[@]}"} ;;
        docker) start_docker "$dir" "$port" "$controller" "$seconds" ${properties[@]+"${properties[@]}"} ;;
        *) die "--via must be scripts or docker" ;;
    esac
    echo "127.0.0.1:$port"
}

status() {
    local pid port; port=$(cat "$1/port" 2>/dev/null) || die "nothing was started in $1"
    [ -s "$1/container" ] || pid=$(running_pid "$1") || die "not running in $1"
    port_answers "$port" || die "port $port does not answer"
    echo "127.0.0.1:$port"
}

tool() {
    fetch
    local class=$1; shift
    case $class in org.*|kafka.*) ;; *) class=org.apache.kafka.tools.$class ;; esac
    local config; config=$HOME_DIR/tool-log4j2.yaml
    [ -f "$config" ] || write_logging "$config"
    sed 's/level: INFO/level: ERROR/; s/SYSTEM_OUT/SYSTEM_ERR/' "$config" >"$config.$$" && mv "$config.$$" "$config"
    run_java -Xmx256m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$config" "$class" "$@"
}

usage() { sed -n '2,/^set -/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p'; }

case ${1:-} in
    resolve) resolve "${PENCHANT_TEST_KAFKA:-}" ;;
    fetch) fetch; echo "$LIBS" ;;
    start) shift; start "$@" ;;
    stop) [ $# = 2 ] || die "stop needs DIR"; end "$2" TERM 60 ;;
    kill) [ $# = 2 ] || die "kill needs DIR"; end "$2" KILL 10 ;;
    status) [ $# = 2 ] || die "status needs DIR"; status "$2" ;;
    tool) shift; [ $# -ge 1 ] || die "tool needs a class"; tool "$@" ;;
    -h|--help|help) usage ;;
    *) usage >&2; exit 2 ;;
esac
