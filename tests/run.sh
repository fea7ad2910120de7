#!/usr/bin/env bash
# All tests. Needs the .NET SDK; what the tests use beyond it is checked here and comes with the distribution.
# Arguments go to dotnet test:  tests/run.sh --filter FullyQualifiedName~Calc
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for tool in bash setsid sha256sum script python3; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq && apt-get install -y -qq bash util-linux coreutils bsdutils python3 >/dev/null
  else
    echo "tests/run.sh: these are missing: ${missing[*]}" >&2
    echo 'they are in the packages bash, util-linux (with its script, on Debian in bsdutils), coreutils and python3' >&2
    exit 1
  fi
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
dotnet test RemoteShell.sln -c Release --nologo --logger trx --results-directory "$results" "$@" || status=$?

# One line for all projects together.
sum() { { grep -ho "<Counters [^>]*" "$results"/*.trx 2>/dev/null || true; } | { grep -o " $1=\"[0-9]*\"" || true; } | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
total=$(sum total) passed=$(sum passed) executed=$(sum executed)
failed=$((executed - passed))
echo "$passed passed, $failed failed, $((total - executed)) skipped"
[ "$total" -gt 0 ] || { echo 'tests/run.sh: no test was run' >&2; exit 1; }
exit "$status"
