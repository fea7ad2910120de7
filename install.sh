#!/usr/bin/env bash
# Compiles and installs rsh-client, rsh-server and rsh-broker, or removes them. See usage below.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() {
  cat <<'EOT'
usage: install.sh [--prefix DIR] [--user] [--from DIR]
       install.sh --uninstall [--prefix DIR] [--user]

Compile rsh-client, rsh-server and rsh-broker ahead of time, and install them into PREFIX/bin, with rsh-ssh, which other
programs take for ssh, manual pages, and the completion of command lines for bash, zsh and fish. As root without --user,
also install the systemd units rsh-server.service and rsh-broker.service.

  --prefix DIR   Install under this folder [root: /usr/local, others: ~/.local].
  --user         Install under ~/.local, also as root.
  --from DIR     Do not compile; install the programs that tools/publish-native.sh DIR has compiled.
  --uninstall    Remove the installed files. Keys, settings, logs and jobs stay; print their folders.
EOT
}

fail() {
  printf 'install.sh: %s\n' "$@" >&2
  exit 1
}

prefix='' from='' user=no uninstall=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --from)
      if [ -z "${2:-}" ]; then
        echo "install.sh: $1 needs a folder" >&2
        usage >&2
        exit 2
      fi
      if [ "$1" = --prefix ]; then prefix=$2; else from=$2; fi
      shift 2
      ;;
    --user) user=yes; shift ;;
    --uninstall) uninstall=yes; shift ;;
    -h | --help) usage; exit 0 ;;
    *) echo "install.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
done

unit=no
[ "$(id -u)" -ne 0 ] || [ "$user" = yes ] || unit=yes
if [ -z "$prefix" ]; then
  if [ "$unit" = yes ]; then prefix=/usr/local; else prefix=${HOME:?install.sh: HOME is not set; give --prefix DIR}/.local; fi
fi
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac

# The manifest lists the installed files and the folders that were created for them.
manifest=$prefix/lib/rsh/manifest

if [ "$uninstall" = yes ]; then
  if [ ! -f "$manifest" ]; then
    echo "nothing is installed under $prefix"
    exit 0
  fi
  for service in rsh-broker.service rsh-server.service; do
    if grep -q "/$service\$" "$manifest" && [ -d /run/systemd/system ]; then
      systemctl disable --now "$service" 2>/dev/null || true
    fi
  done
  list=$(cat "$manifest")
  while read -r kind path; do
    [ "$kind" = file ] && { rm -f -- "$path"; echo "removed $path"; }
  done <<<"$list"
  rm -f -- "$manifest"
  # The deepest folder first; a folder with other files stays.
  while read -r kind path; do
    [ "$kind" = folder ] && { rmdir -- "$path" 2>/dev/null || true; }
  done < <(tac <<<"$list")
  [ ! -d /run/systemd/system ] || [ "$unit" = no ] || systemctl daemon-reload || true
  echo "kept: keys and settings in ${XDG_CONFIG_HOME:-~/.config}/rsh-client and rsh-server,"
  echo "      logs and jobs in ${XDG_STATE_HOME:-~/.local/state}/rsh-client and rsh-server"
  exit 0
fi

built=$from
if [ -z "$from" ]; then
  built=$here/artifacts/native/programs
  echo 'compiling rsh-client, rsh-server and rsh-broker (two to three minutes)'
  "$here/tools/publish-native.sh" "$built" || exit $?
fi
for program in rsh-client rsh-server rsh-broker; do
  [ -x "$built/$program" ] || fail "there is no $program in $built" "compile it first: tools/publish-native.sh '$built'"
done

files='' folders=''
[ ! -f "$manifest" ] || folders=$(grep '^folder ' "$manifest" || true)

make_folder() {
  [ ! -d "$1" ] || return 0
  make_folder "$(dirname "$1")"
  mkdir -- "$1" || fail "cannot make $1" 'choose another place with --prefix DIR, or become root'
  folders=${folders:+$folders$'\n'}"folder $1"
}

# A running program cannot be overwritten, but it can be replaced.
put() {
  make_folder "$(dirname "$3")"
  if ! { cp -- "$2" "$3.new" && chmod "$1" "$3.new" && mv -f -- "$3.new" "$3"; }; then
    fail "cannot write $3" 'choose another place with --prefix DIR, or become root'
  fi
  files=${files:+$files$'\n'}"file $3"
  echo "installed $3"
}

# A relative link, so that the folder can be moved.
put_link() {
  make_folder "$(dirname "$2")"
  if ! { ln -sfn -- "$1" "$2.new" && mv -fT -- "$2.new" "$2"; }; then
    fail "cannot write $2" 'choose another place with --prefix DIR, or become root'
  fi
  files=${files:+$files$'\n'}"file $2"
  echo "installed $2"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A program prints its manual pages and the completion of its command lines.
put_printed() {
  local target=$1 program=$2
  shift 2
  "$built/$program" "$@" >"$work/printed" || fail "$program $* failed"
  put 644 "$work/printed" "$target"
}

put 755 "$built/rsh-client" "$prefix/bin/rsh-client"
put 755 "$built/rsh-server" "$prefix/bin/rsh-server"
put 755 "$built/rsh-broker" "$prefix/bin/rsh-broker"
put_link rsh-client "$prefix/bin/rsh-ssh"
[ ! -x "$built/rsh-setsid" ] || put 755 "$built/rsh-setsid" "$prefix/bin/rsh-setsid"
put_printed "$prefix/share/man/man1/rsh-client.1" rsh-client manual
put_printed "$prefix/share/man/man1/rsh-ssh.1" rsh-client manual rsh-ssh
put_printed "$prefix/share/man/man1/rsh-broker.1" rsh-broker manual
put_printed "$prefix/share/man/man5/rsh-client-config.5" rsh-client manual rsh-client-config
put_printed "$prefix/share/man/man8/rsh-server.8" rsh-server manual
put_printed "$prefix/share/bash-completion/completions/rsh-client" rsh-client completion bash
put_printed "$prefix/share/zsh/site-functions/_rsh-client" rsh-client completion zsh
put_printed "$prefix/share/fish/vendor_completions.d/rsh-client.fish" rsh-client completion fish
if [ "$unit" = yes ]; then
  for service in rsh-server.service rsh-broker.service; do
    sed "s|@bindir@|$prefix/bin|" "$here/packaging/$service" >"$work/service"
    put 644 "$work/service" "$prefix/lib/systemd/system/$service"
  done
fi
make_folder "$(dirname "$manifest")"
printf '%s\n' ${folders:+"$folders"} "$files" >"$manifest"

case :$PATH: in
  *":$prefix/bin:"*) ;;
  *) echo "note: $prefix/bin is not in PATH; add it:  export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
if [ "$unit" = yes ] && [ "$prefix" != /usr/local ] && [ "$prefix" != /usr ]; then
  echo "note: systemd does not search this prefix; link the units:  systemctl link $prefix/lib/systemd/system/rsh-*.service"
elif [ "$unit" = yes ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  if systemctl is-active --quiet rsh-server.service; then
    echo 'the old server still runs; restart it:  systemctl restart rsh-server'
  else
    echo 'start the server, now and at boot:  systemctl enable --now rsh-server'
  fi
fi
