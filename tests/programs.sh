#!/usr/bin/env bash
# Compiles rsh-client, rsh-server and rsh-broker ahead of time for the tests, and prints their folder.
# Installs the C compiler and zlib from the distribution if it runs as root. Exit status 3: they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."

programs=$PWD/artifacts/native/programs
status=0
tools/publish-native.sh "$programs" >&2 || status=$?
if [ "$status" -eq 3 ] && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  { apt-get update -qq && apt-get install -y -qq clang zlib1g-dev; } >/dev/null
  status=0
  tools/publish-native.sh "$programs" >&2 || status=$?
fi
[ "$status" -eq 0 ] || exit "$status"
echo "$programs"
