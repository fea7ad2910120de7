#!/usr/bin/env bash
# Compares these programs with OpenSSH, alternately in one run, and writes a table as Markdown and as JSON:
#   tests/RemoteShell.Benchmarks/compare.sh [--rounds N] [--report FILE] [--only TEXT]
# With nats-server, it measures hosts behind a broker too, in comparison with a bare pump.
# Both servers listen on loopback, with keys and state in a temporary folder that is deleted afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=5 report=artifacts/comparison only=
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --report) report=$2 ;;
    --only) only=$2 ;;
    *) echo "compare.sh: '$1' is not an option" >&2; echo 'usage: compare.sh [--rounds N] [--report FILE] [--only TEXT]' >&2; exit 2 ;;
  esac
  shift 2
done

PATH=$PATH:/usr/sbin:/usr/local/sbin
for tool in ssh scp sftp sshd ssh-keygen rsync clush; do
  command -v "$tool" >/dev/null && continue
  echo "compare.sh: $tool is not installed" >&2
  echo 'install OpenSSH with its server, rsync and ClusterShell: on Debian and Ubuntu apt-get install openssh-client openssh-server rsync clustershell, on Fedora dnf install openssh-clients openssh-server rsync clustershell' >&2
  exit 1
done
# sshd needs its folder for privilege separation. The distribution creates it when the service starts.
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd

native=$PWD/artifacts/native/programs ready=$PWD/artifacts/publish/ready
tools/publish-native.sh "$native"
dotnet publish -c Release -v quiet -nologo --tl:off --use-current-runtime -p:PublishReadyToRun=true --self-contained -p:PublishSingleFile=true -p:PublishTrimmed=true -o "$ready" src/rsh-client
dotnet build -c Release -v quiet -nologo --tl:off tests/RemoteShell.Benchmarks
exec dotnet run --no-build -c Release --project tests/RemoteShell.Benchmarks -- compare "$native" "$ready" "$rounds" "$report" ${only:+"$only"}
