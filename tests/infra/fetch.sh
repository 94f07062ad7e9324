#!/bin/sh
# Fetches what the tests' real parts need, unless servers are given. Says what it downloads.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case $("$here/kafka/kafka.sh" resolve) in scripts) "$here/kafka/kafka.sh" fetch ;; *) ;; esac
case $("$here/qdrant/qdrant.sh" resolve) in scripts) "$here/qdrant/qdrant.sh" fetch ;; *) ;; esac
