#!/usr/bin/env bash
# Compares these programs with OpenSSH, alternately in one run, and writes a table as Markdown and as JSON:
#   tests/RemoteShell.Benchmarks/compare.sh [--rounds N] [--report FILE] [--only TEXT]
#   tests/RemoteShell.Benchmarks/compare.sh --quick [--rounds N] [--report FILE] [--baseline compare|write]
# --quick measures the ten most important rows, which takes three minutes after the programs are compiled, and names the rows whose
# ratio is more than 15 % worse than in baseline.json. "--baseline write" writes that file.
# With nats-server, it measures hosts behind a broker too, in comparison with a bare pump.
# Both servers listen on loopback, with keys and state in a temporary folder that is deleted afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=5 report=artifacts/comparison only='' quick='' baseline=compare
usage='usage: compare.sh [--rounds N] [--report FILE] [--only TEXT | --quick [--baseline compare|write]]'
if [ "${1:-}" = --quick ]; then
  quick=1 rounds=2
  shift
fi
while [ $# -gt 0 ]; do
  case $1 in
    --baseline) baseline=$2 ;;
    --rounds) rounds=$2 ;;
    --report) report=$2 ;;
    --only) only=$2 ;;
    *) echo "compare.sh: '$1' is not an option" >&2; echo "$usage" >&2; exit 2 ;;
  esac
  shift 2
done

PATH=$PATH:/usr/sbin:/usr/local/sbin
tools='ssh sshd ssh-keygen'
[ -n "$quick" ] || tools="$tools scp sftp rsync clush"
for tool in $tools; do
  command -v "$tool" >/dev/null && continue
  echo "compare.sh: $tool is not installed" >&2
  echo 'install OpenSSH with its server, rsync and ClusterShell: on Debian and Ubuntu apt-get install openssh-client openssh-server rsync clustershell, on Fedora dnf install openssh-clients openssh-server rsync clustershell' >&2
  exit 1
done
# sshd needs its folder for privilege separation. The distribution creates it when the service starts.
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd

native=$PWD/artifacts/native/programs pump=$PWD/artifacts/publish/pump ready=$PWD/artifacts/publish/ready
tools/publish-native.sh "$native"
publish='dotnet publish -c Release -v quiet -nologo --tl:off --use-current-runtime'
$publish -p:PublishAot=true -p:DebugType=none -o "$pump" tests/RemoteShell.BarePump
dotnet build -c Release -v quiet -nologo --tl:off tests/RemoteShell.Benchmarks
benchmarks='dotnet run --no-build -c Release --project tests/RemoteShell.Benchmarks --'
if [ -n "$quick" ]; then
  exec $benchmarks quick "$native" "$pump" "$rounds" "$report" "$baseline" tests/RemoteShell.Benchmarks/baseline.json
fi
$publish -p:PublishReadyToRun=true --self-contained -p:PublishSingleFile=true -p:PublishTrimmed=true -o "$ready" src/rsh-client
exec $benchmarks compare "$native" "$pump" "$ready" "$rounds" "$report" ${only:+"$only"}
