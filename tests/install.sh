#!/usr/bin/env bash
# Tests install.sh: as root and as a user without privileges, installing twice, and uninstalling twice.
#   tests/install.sh DIR      with programs compiled by tools/publish-native.sh DIR
set -euo pipefail
cd "$(dirname "$0")/.."
built=$(cd "${1:?usage: tests/install.sh DIR}" && pwd)

passed=0
fail() { echo "tests/install.sh: $*" >&2; exit 1; }
pass() { passed=$((passed + 1)); echo "ok: $*"; }
# The prefix is not in PATH, and no folder of the current user is touched.
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
installed() { find "$1" -mindepth 1 | LC_ALL=C sort; }

# Installs twice, runs the programs, uninstalls twice. $1 names the case, $2 is the prefix, the rest calls install.sh.
round() {
  local who=$1 prefix=$2 first
  shift 2
  "$@" --from "$built" >"$work/said" || fail "$who: install failed"
  first=$(installed "$prefix")
  for program in rsh-client rsh-server rsh-broker; do
    "$prefix/bin/$program" --version >/dev/null || fail "$who: $program does not run"
  done
  for page in man1/rsh-client.1 man1/rsh-broker.1 man8/rsh-server.8; do
    grep -q '^\.TH' "$prefix/share/man/$page" || fail "$who: $page is missing"
  done
  [ "$(readlink "$prefix/bin/rsh-ssh")" = rsh-client ] && "$prefix/bin/rsh-ssh" -V 2>&1 | grep -q ^OpenSSH_ || fail "$who: rsh-ssh does not run"
  "$@" --from "$built" >"$work/said" || fail "$who: the second install failed"
  [ "$(installed "$prefix")" = "$first" ] || fail "$who: the second install changed the list of files"
  grep -q 'is not in PATH' "$work/said" || fail "$who: the message about PATH is missing"
  pass "$who: install, twice"
  if [ -f "$prefix/lib/systemd/system/rsh-server.service" ] && command -v systemd-analyze >/dev/null; then
    for service in rsh-server rsh-broker; do
      systemd-analyze verify "$prefix/lib/systemd/system/$service.service" 2>"$work/said" || fail "$who: $(cat "$work/said")"
      ! grep -q "$service" "$work/said" || fail "$who: $(cat "$work/said")"
      pass "$who: systemd-analyze verify $service"
    done
  fi
  "$@" --uninstall >"$work/said" || fail "$who: uninstall failed"
  [ ! -e "$prefix" ] || fail "$who: uninstall left $(installed "$prefix")"
  "$@" --uninstall | grep -q 'nothing is installed' || fail "$who: the second uninstall should find nothing"
  pass "$who: uninstall, twice"
}

round 'this user, --prefix' "$work/prefix" ./install.sh --prefix "$work/prefix"
HOME=$work/home round 'this user, --user' "$work/home/.local" ./install.sh --user
[ ! -e "$work/home/.local" ] || fail 'something was left in the home folder'

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
  # A copy that a user without privileges can read.
  mkdir -p "$work/copy/packaging" "$work/nobody"
  cp install.sh "$work/copy/" && cp packaging/*.service "$work/copy/packaging/"
  cp -r "$built" "$work/built"
  chmod -R a+rX "$work/copy" "$work/built"
  chown 65534:65534 "$work/nobody"
  built=$work/built
  as_nobody() { env -i PATH="$PATH" HOME="$work/nobody" setpriv --reuid=65534 --regid=65534 --clear-groups -- "$work/copy/install.sh" "$@"; }
  round 'a user without privileges' "$work/nobody/.local" as_nobody
  if as_nobody --from "$built" --prefix /usr/local/rsh-test >"$work/said" 2>&1; then
    fail 'a user without privileges installed into /usr/local'
  fi
  grep -q 'cannot make /usr/local/rsh-test' "$work/said" && grep -q -- '--prefix DIR' "$work/said" || fail "no hint: $(cat "$work/said")"
  pass 'a user without privileges: a prefix that is not writable'
fi

# A file that install.sh did not install stays, and so does its folder.
./install.sh --prefix "$work/kept" --from "$built" >/dev/null
echo mine >"$work/kept/bin/mine"
./install.sh --prefix "$work/kept" --uninstall >/dev/null
[ "$(installed "$work/kept")" = "$work/kept/bin"$'\n'"$work/kept/bin/mine" ] || fail "uninstall should keep other files: $(installed "$work/kept")"
pass 'uninstall keeps other files'

for wrong in --nope '--prefix' '--from'; do
  status=0
  ./install.sh "$wrong" >/dev/null 2>"$work/said" || status=$?
  [ "$status" -eq 2 ] && grep -q usage "$work/said" || fail "install.sh $wrong: status $status"
done
status=0
./install.sh --prefix "$work/none" --from "$work/nobuild" >/dev/null 2>"$work/said" || status=$?
[ "$status" -eq 1 ] && grep -q 'publish-native.sh' "$work/said" || fail 'a wrong --from needs a hint'
pass 'wrong options'
echo "tests/install.sh: $passed passed"
