#!/usr/bin/env bash
# Runs all tests. Needs the .NET SDK and a few tools of the distribution, which it checks.
# The end-to-end tests run with natively compiled programs, or with those in RSH_TEST_PROGRAMS. Without a C compiler, or with arguments,
# they run with the programs that dotnet build makes.
# Arguments go to dotnet test:  tests/run.sh --filter-class '*CalcTests'
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for tool in bash setsid sha256sum script python3 less vim tmux; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq && apt-get install -y -qq bash util-linux coreutils bsdutils python3 less vim tmux >/dev/null
  else
    echo "tests/run.sh: missing: ${missing[*]}" >&2
    echo 'install the packages bash, util-linux (script is in bsdutils on Debian), coreutils, python3, less, vim and tmux' >&2
    exit 1
  fi
fi

# The shells of conversations and of completion, man, and ssh, which reads the same configuration. The tests of a program that cannot
# be installed are skipped.
for program in dash zsh mksh ksh93 busybox fish man ssh; do
  command -v "$program" >/dev/null && continue
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    case $program in
      ksh93) package=ksh ;;
      man) package=man-db ;;
      ssh) package=openssh-client ;;
      *) package=$program ;;
    esac
    apt-get install -y -qq "$package" >/dev/null 2>&1 || true
  fi
  command -v "$program" >/dev/null || echo "tests/run.sh: $program is not installed; its tests are skipped" >&2
done

# The programs that call ssh, or that fetch through its forwards, and the broker, with their packages.
callers=(
  rsync:rsync git:git scp:openssh-client sftp:openssh-client sftp-server:openssh-sftp-server sshfs:sshfs borg:borgbackup hg:mercurial
  ansible:ansible-core clush:clustershell mosh:mosh curl:curl sudo:sudo
  nats-server:nats-server prometheus:prometheus promtool:prometheus
)
is_there() { command -v "$1" >/dev/null || [ -x "/usr/lib/openssh/$1" ] || [ -x "/usr/sbin/$1" ]; }
packages=()
for caller in "${callers[@]}"; do
  is_there "${caller%:*}" || packages+=("${caller#*:}")
done
if [ "${#packages[@]}" -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null 2>&1 || true
fi
for caller in "${callers[@]}"; do
  is_there "${caller%:*}" || echo "tests/run.sh: ${caller%:*} is not installed; its tests are skipped" >&2
done

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
