#!/usr/bin/env bash
# Runs the end-to-end tests and the tests of install.sh with natively compiled programs.
# Needs a C compiler and zlib. Arguments go to dotnet test.
set -euo pipefail
cd "$(dirname "$0")/.."

programs=$PWD/artifacts/native/programs
status=0
tools/publish-native.sh "$programs" || status=$?
if [ "$status" -eq 3 ] && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  apt-get update -qq && apt-get install -y -qq clang zlib1g-dev >/dev/null
  status=0
  tools/publish-native.sh "$programs" || status=$?
fi
[ "$status" -eq 0 ] || exit "$status"

tests/install.sh "$programs"
RSH_TEST_PROGRAMS=$programs dotnet test --project tests/RemoteShell.EndToEnd -c Release "$@"
