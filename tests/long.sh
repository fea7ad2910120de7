#!/usr/bin/env bash
# The heavy sizes of the tests, and ten million executions of the fuzzers. Takes hours, and is bounded in time.
# Needs the .NET SDK. Installs afl++ and the tools of tests/tools.sh from the distribution if it runs as root; without afl++ the
# fuzzers run with the inputs of their own generator only.
# Prints a line for each part and a total. Exits with 1 if a part failed.
#   tests/long.sh                  all parts
#   tests/long.sh codec screen     the fuzzers of these targets only
# RSH_FUZZ_RUNS (10000000) is the number of executions of the codec, RSH_FUZZ_SECONDS (3600) the longest time of a part.
set -uo pipefail
cd "$(dirname "$0")/.."

runs=${RSH_FUZZ_RUNS:-10000000} seconds=${RSH_FUZZ_SECONDS:-3600}
fuzz=$PWD/artifacts/bin/RemoteShell.Fuzzing/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 parts=0 began=$SECONDS

# Runs a command as a part, and prints one line. Its output is shown only if it fails.
part() {
  local name=$1 start=$SECONDS
  shift
  parts=$((parts + 1))
  if timeout -k 60 $((seconds + 600)) bash -o pipefail -c '"$@"' part "$@" >"$work/log" 2>&1; then
    echo "ok      $name: $((SECONDS - start)) s: $(grep . "$work/log" | tail -n 1)"
  else
    failed=$((failed + 1))
    tail -n 60 "$work/log" >&2
    echo "FAILED  $name: $((SECONDS - start)) s"
  fi
}

heavy_tests() {
  RSH_TEST_SIZE=full dotnet test --project "$1" -c Release --no-build | tee "$work/tests" || return 1
  sed -n 's/^ *\(total\|failed\|succeeded\|skipped\): \([0-9]*\)$/\1 \2/p' "$work/tests" | paste -sd ' '
}

seeded() {
  (cd "$work" && "$fuzz/RemoteShell.Fuzzing" run "$1" "$2" 0 "$seconds") || { cp "$work"/failed-* artifacts/; return 1; }
}

# Runs a target with afl-fuzz, in instrumented copies of the assemblies.
guided() {
  local target=$1 out=$work/afl-$1
  AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_FORKSRV_INIT_TMOUT=120000 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
    AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_QUIET=1 \
    afl-fuzz -i "tests/RemoteShell.Fuzzing/Corpus/$target" -o "$out" -t 20000 -m none -V "$seconds" -E "$2" \
    "$work/instrumented/RemoteShell.Fuzzing" afl "$target" </dev/null || return 1
  grep -E 'execs_done|saved_crashes|saved_hangs|corpus_count' "$out/default/fuzzer_stats" | tr -s ' ' | paste -sd ' '
  if compgen -G "$out/default/crashes/id*" >/dev/null; then
    mkdir -p "artifacts/crashes-$target" && cp "$out"/default/crashes/id* "artifacts/crashes-$target/"
    return 1
  fi
}

instrument() {
  cp -r "$fuzz" "$work/instrumented" || return 1
  dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tools" || return 1
  local assembly
  for assembly in RemoteShell.Protocol RemoteShell.Client RemoteShell.Server rsh-client; do
    "$work/tools/sharpfuzz" "$work/instrumented/$assembly.dll" || return 1
  done
}

# Executions of a target: those that run a whole connection or write a file are slower.
executions() {
  case $1 in
    codec | screen | keys | revoked) echo "$runs" ;;
    *) echo $((runs / 20)) ;;
  esac
}

# What a fuzzer that is killed leaves in the folder for temporary files goes with the script's own folder.
export seconds fuzz work TMPDIR=$work
export -f heavy_tests seeded guided instrument
if ! command -v afl-fuzz >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends afl++ >/dev/null
fi

part build dotnet build RemoteShell.sln -c Release -v quiet -nologo --tl:off
[ "$failed" -eq 0 ] || exit 1

if [ "$#" -eq 0 ]; then
  tests/tools.sh </dev/null || exit 1
  for project in tests/*.Tests tests/RemoteShell.EndToEnd; do
    part "tests of ${project#tests/}" heavy_tests "$project"
  done
  set -- codec server client screen keys revoked journal
fi

for target in "$@"; do
  part "fuzzing $target, made-up inputs" seeded "$target" "$(executions "$target")"
done

if command -v afl-fuzz >/dev/null; then
  part 'instrumenting' instrument
  for target in "$@"; do
    part "fuzzing $target, afl++" guided "$target" "$(executions "$target")"
  done
else
  echo 'skipped afl++: afl-fuzz is not installed (package afl++)'
fi

echo "$parts parts, $failed failed, $((SECONDS - began)) s"
[ "$failed" -eq 0 ]
