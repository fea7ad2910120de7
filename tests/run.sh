#!/usr/bin/env bash
# Runs all tests. Needs the .NET SDK, and tools of the distribution, which tests/tools.sh installs or names.
# The end-to-end tests run with natively compiled programs, or with those in RSH_TEST_PROGRAMS. Without a C compiler, or with arguments,
# they run with the programs that dotnet build makes.
# Arguments go to dotnet test:  tests/run.sh --filter-class '*CalcTests'
set -euo pipefail
cd "$(dirname "$0")/.."

tests/tools.sh </dev/null
if [ $# -eq 0 ] && [ -z "${RSH_TEST_PROGRAMS:-}" ]; then
  if programs=$(tests/programs.sh); then
    export RSH_TEST_PROGRAMS=$programs
  else
    [ $? -eq 3 ] || exit 1
    echo 'tests/run.sh: the end-to-end tests run without natively compiled programs, which takes four times as long' >&2
  fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
dotnet build RemoteShell.sln -c Release -v quiet -nologo --tl:off
dotnet test --solution RemoteShell.sln -c Release --no-build "$@" | tee "$log" || status=$?

# The last summary contains the totals of all projects.
total() { sed -n "s/^ *$1: \([0-9]*\)$/\1/p" "$log" | tail -1; }
passed=$(total succeeded) failed=$(total failed) skipped=$(total skipped)
[ "${passed:-0}" -gt 0 ] || { echo 'tests/run.sh: no test passed' >&2; [ "$status" -ne 0 ] || status=1; }
echo "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
exit "$status"
