#!/usr/bin/env bash
# Compiles rsh-client, rsh-server and rsh-broker ahead of time into a folder:  tools/publish-native.sh DIR
# Exit status 3: the SDK, a C compiler or zlib is missing; the message says how to get it.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
  printf '%s\n' "$1" "$2" >&2
  exit 3
}

[ $# -eq 1 ] || { echo 'usage: tools/publish-native.sh DIR' >&2; exit 2; }
mkdir -p "$1"
target=$(cd "$1" && pwd)

if ! dotnet --version >/dev/null 2>&1; then
  missing 'the .NET 10 SDK is missing' 'install it: https://dot.net, or the package dotnet-sdk-10.0 of your distribution'
fi
compiler=$(command -v clang || command -v gcc || true)
if [ -z "$compiler" ] || ! echo '#include <zlib.h>' | "$compiler" -E - >/dev/null 2>&1; then
  missing 'a C compiler with zlib is missing' \
    'install it: apt-get install clang zlib1g-dev, dnf install clang zlib-devel, or apk add clang build-base zlib-dev'
fi

# A build node that outlives the build would hold its folder.
msbuild=(dotnet msbuild src/Programs.proj -m -nodeReuse:false -v:quiet -nologo -tl:off)
"${msbuild[@]}" -t:Restore
"${msbuild[@]}" -t:Publish "-p:PublishDir=$target/"
