#!/usr/bin/env bash
# Installs from the distribution what the tests use beyond the .NET SDK, if it runs as root and there is apt-get.
# Names what is still missing. Exit status 1: something is missing that all tests need. Other missing programs: their tests are skipped.
set -euo pipefail

# By the names of the commands. A package has the name of its command, or the one behind the colon.
required=(bash setsid:util-linux sha256sum:coreutils script:bsdutils python3 less vim tmux)
# The shells of conversations and of completion, man, the programs that call ssh or fetch through its forwards, and the broker.
optional=(
  dash zsh mksh ksh93:ksh busybox fish man:man-db ssh:openssh-client
  rsync git scp:openssh-client sftp:openssh-client sftp-server:openssh-sftp-server sshfs borg:borgbackup hg:mercurial
  ansible:ansible-core clush:clustershell mosh curl sudo nats-server prometheus promtool:prometheus
)
is_there() { command -v "${1%:*}" >/dev/null || [ -x "/usr/lib/openssh/${1%:*}" ] || [ -x "/usr/sbin/${1%:*}" ]; }

missing=()
for tool in "${required[@]}" "${optional[@]}"; do
  is_there "$tool" || missing+=("${tool#*:}")
done
if [ "${#missing[@]}" -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  apt-get update -qq || true
  # One after the other: a package that the distribution does not have must not keep the others away.
  for package in "${missing[@]}"; do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || true
  done
fi

for tool in "${optional[@]}"; do
  is_there "$tool" || echo "tests/tools.sh: ${tool%:*} is not installed; its tests are skipped" >&2
done
lacking=()
for tool in "${required[@]}"; do
  is_there "$tool" || lacking+=("${tool%:*}")
done
if [ "${#lacking[@]}" -gt 0 ]; then
  echo "tests/tools.sh: missing: ${lacking[*]}" >&2
  echo 'install the packages bash, util-linux (script is in bsdutils on Debian), coreutils, python3, less, vim and tmux' >&2
  exit 1
fi
