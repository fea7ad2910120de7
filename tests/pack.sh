#!/usr/bin/env bash
# Packs the libraries from a fresh clone, and checks the contents of the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "tests/pack.sh: $*" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# SourceLink needs a remote at a host that it supports.
git clone -q . "$work/clone"
git -C "$work/clone" remote set-url origin https://github.com/example/remoteshell.git
for name in RemoteShell.Protocol RemoteShell.Keys RemoteShell.Files RemoteShell.Client RemoteShell.Fleet RemoteShell.Server RemoteShell.Broker; do
  (cd "$work/clone" && dotnet pack -c Release -v quiet -nologo --tl:off -o "$work/packages" "src/$name")
  package=$(echo "$work/packages/$name".*.nupkg)
  python3 -c '
import sys, zipfile
package, symbols, name = sys.argv[1:]
def need(archive, *paths):
    missing = [path for path in paths if path not in zipfile.ZipFile(archive).namelist()]
    assert not missing, f"{archive} lacks {missing}"
need(package, "README.md", "LICENSE", f"lib/net10.0/{name}.dll", f"lib/net10.0/{name}.xml", f"{name}.nuspec")
need(symbols, f"lib/net10.0/{name}.pdb")
about = zipfile.ZipFile(package).read(f"{name}.nuspec").decode()
for text in ("<license type=\"expression\">MIT</license>", "<readme>README.md</readme>", "github.com/example/remoteshell"):
    assert text in about, f"{name}.nuspec lacks {text}"
pdb = zipfile.ZipFile(symbols).read(f"lib/net10.0/{name}.pdb")
assert b"raw.githubusercontent.com/example/remoteshell" in pdb, f"{name}.pdb has no SourceLink"
' "$package" "${package%.nupkg}.snupkg" "$name" || fail "$name"
  echo "ok: $(basename "$package")"
done
