#!/usr/bin/env bash
# A first look: builds both programs (natively if there is a C compiler), starts a server on a free loopback port, runs commands
# through it, and checks every result. Needs only the .NET SDK. Keys and output are in a temporary folder, which it deletes at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

bold='' dim='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'
fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
fail() { printf '%squickstart: %s%s\n' "$red" "$*" "$plain" >&2; exit 1; }
# Shows the command as a user types it, with the server's actual address.
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }
expect() { [ "$1" = "$2" ] || fail "expected '$2', got '$1'"; }

say '1. Build'
status=0
tools/publish-native.sh artifacts/native/programs || status=$?
if [ "$status" -eq 0 ]; then
  client=artifacts/native/programs/rsh-client
  server=artifacts/native/programs/rsh-server
elif [ "$status" -eq 3 ]; then
  echo 'continuing with programs that need .NET to run and start more slowly'
  dotnet build -c Release -v quiet -nologo --tl:off -clp:ErrorsOnly src/rsh-client/rsh-client.csproj
  dotnet build -c Release -v quiet -nologo --tl:off -clp:ErrorsOnly src/rsh-server/rsh-server.csproj
  client=artifacts/bin/rsh-client/release/rsh-client
  server=artifacts/bin/rsh-server/release/rsh-server
else
  fail 'the programs do not compile'
fi

RSH_HOME=$(mktemp -d "${TMPDIR:-/tmp}/rsh-quickstart.XXXXXX")
export RSH_HOME
pid=
finish() {
  status=$?
  trap - EXIT
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" || true; }
  [ "$status" -eq 0 ] || { [ -f "$RSH_HOME/log" ] && sed 's/^/  server: /' "$RSH_HOME/log" >&2; }
  rm -rf "$RSH_HOME"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

say '2. Make a key for the client, and authorize it at the server'
show 'rsh-client keygen'
"$client" keygen >"$RSH_HOME/key.pub" 2>"$RSH_HOME/said"
cut -c1-72 "$RSH_HOME/key.pub"
show 'rsh-client pubkey | rsh-server authorize -'
"$client" pubkey | "$server" authorize - 2>/dev/null
fingerprint=$("$server" fingerprint)
show 'rsh-server fingerprint'
echo "$fingerprint"

say '3. Start the server, on a free loopback port'
show 'rsh-server run --listen 127.0.0.1:0'
mkfifo "$RSH_HOME/ready"
"$server" run --listen 127.0.0.1:0 --port-file "$RSH_HOME/port" >"$RSH_HOME/ready" 2>"$RSH_HOME/log" &
pid=$!
read -r line <"$RSH_HOME/ready" || fail 'the server did not start'
echo "$line"
host=${line#listening on }
expect "${host##*:}" "$(cat "$RSH_HOME/port")"
# --fingerprint compares the server's key and stores nothing; --accept-new stores it in known_hosts.
"$client" run --fingerprint "$fingerprint" "$host" true
"$client" run --accept-new "$host" true

say '4. Run commands'
show "rsh-client run $host 'uname -a'"
out=$("$client" run "$host" 'uname -a')
echo "$out"
expect "$out" "$(uname -a)"

show "rsh-client run $host 'seq 1000000 | grep 7 | wc -l'"
out=$("$client" run "$host" 'seq 1000000 | grep 7 | wc -l')
echo "$out"
expect "$((out))" 468559

show "rsh-client calc $host 123+345"
out=$("$client" calc "$host" 123+345)
echo "$out"
expect "$out" 468

show "rsh-client run $host 'echo out; echo err >&2; exit 7'"
status=0
"$client" run "$host" 'echo out; echo err >&2; exit 7' >"$RSH_HOME/out" 2>"$RSH_HOME/err" || status=$?
echo "standard output: $(cat "$RSH_HOME/out"), standard error: $(cat "$RSH_HOME/err"), exit status: $status"
expect "$(cat "$RSH_HOME/out") $(cat "$RSH_HOME/err") $status" 'out err 7'

show "rsh-client run $host printf '[%s]\\n' 'two words' \"it's\" '\$HOME' '*'"
out=$("$client" run "$host" printf '[%s]\n' 'two words' "it's" '$HOME' '*')
echo "$out"
expect "$out" "$(printf '[%s]\n' 'two words' "it's" '$HOME' '*')"

show "printf 'cd /tmp\nexport WHO=world\necho hello \$WHO from \$PWD\n' | rsh-client connect $host"
out=$(printf 'cd /tmp\nexport WHO=world\necho hello $WHO from $PWD\n' | "$client" connect "$host")
echo "$out"
expect "$out" 'hello world from /tmp'

say '5. Transfer 256 MiB of output and a file of 256 MiB, and check both with sha256sum'
big=$RSH_HOME/big
head -c 268435456 /dev/urandom >"$big"
want=$(sha256sum <"$big")
show "rsh-client run $host cat $big | sha256sum"
begun=$(date +%s%N)
got=$("$client" run "$host" cat "$big" | sha256sum)
took=$((($(date +%s%N) - begun) / 1000000))
echo "$got"
expect "$got" "$want"
echo "256 MiB in $took ms, including sha256sum; the output is unaltered"

show "rsh-client get $host:$big copy"
begun=$(date +%s%N)
"$client" get "$host:$big" "$RSH_HOME/copy"
took=$((($(date +%s%N) - begun) / 1000000))
got=$(sha256sum <"$RSH_HOME/copy")
echo "$got"
expect "$got" "$want"
echo "256 MiB in $took ms; the file is unaltered"

say '6. Kill the server in the middle of a command, and lose nothing'
command="for part in 1 2 3 4 5; do seq 1 300000; sleep 0.4; done; exit 7"
show "rsh-client run --detach $host '$command'"
job=$("$client" run --detach "$host" "$command")
echo "$job"
show "rsh-client attach --from-start $host $job > live &"
status=0
"$client" attach --from-start "$host" "$job" >"$RSH_HOME/live" 2>"$RSH_HOME/err" &
attached=$!
until [ -s "$RSH_HOME/live" ]; do sleep 0.05; done
show "kill -9 $pid"
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
show "rsh-server run --listen $host"
"$server" run --listen "$host" >"$RSH_HOME/ready" 2>>"$RSH_HOME/log" &
pid=$!
read -r line <"$RSH_HOME/ready" || fail 'the server did not start again'
echo "$line"
wait "$attached" || status=$?
cut -c1-110 "$RSH_HOME/err"
show "sha256sum < live"
got=$(sha256sum <"$RSH_HOME/live")
echo "$got, exit status: $status"
expect "$got $status" "$(sh -c "${command%; exit 7}" | sha256sum) 7"
echo 'no byte is lost or repeated, and the exit status is the one of the command'

say '7. Another key is refused'
show "RSH_HOME=elsewhere rsh-client run $host id"
mkdir -m 700 "$RSH_HOME/stranger"
status=0
RSH_HOME=$RSH_HOME/stranger "$client" run --accept-new "$host" id 2>"$RSH_HOME/err" || status=$?
cut -c1-110 "$RSH_HOME/err"
expect "$status" 255

say '8. Stop the server'
show "kill $pid"
kill "$pid"
wait "$pid" || fail "the server ended with status $?"
pid=
echo 'the server has stopped, with exit status 0'

say 'All checks passed.'
