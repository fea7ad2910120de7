#!/usr/bin/env bash
# The end-to-end tests against programs that are compiled ahead of time. Needs what the .NET SDK needs for that beside itself:
# a C compiler, which links them, and zlib; on a machine without them it says how to get them.
# Arguments go to dotnet test.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() { ! { command -v clang || command -v gcc; } >/dev/null || ! echo '#include <zlib.h>' | "$(command -v clang || command -v gcc)" -E - >/dev/null 2>&1; }
if missing && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  apt-get update -qq && apt-get install -y -qq clang zlib1g-dev >/dev/null
fi
if missing; then
  echo 'tests/native.sh: there is nothing to link with' >&2
  echo 'install a C compiler and zlib: on Debian and Ubuntu apt-get install clang zlib1g-dev' >&2
  exit 1
fi

programs=$PWD/artifacts/publish/native
for program in rsh-client rsh-server; do
  dotnet publish -c Release -v quiet -nologo --tl:off -p:PublishAot=true -o "$programs" "src/$program"
done
RSH_TEST_PROGRAMS=$programs dotnet test --project tests/RemoteShell.EndToEnd -c Release "$@"
