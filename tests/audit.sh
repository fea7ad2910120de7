#!/usr/bin/env bash
# Fails if a package, direct or transitive, has a known vulnerability.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet restore RemoteShell.sln -v quiet -nologo
report=$(dotnet package list --project RemoteShell.sln --vulnerable --include-transitive --no-restore)
if grep -q 'has the following vulnerable packages' <<<"$report"; then
  printf '%s\n' "$report" >&2
  exit 1
fi
echo "no package with a known vulnerability, in $(grep -c 'has no vulnerable packages' <<<"$report") projects"
