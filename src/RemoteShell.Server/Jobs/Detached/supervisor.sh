# Runs a command that must survive the server, and records its exit status.
#   $1   the job's folder
#   $2   the path of mv(1): the command's PATH may lead to another one
#   ...  the command, in a session of its own
#
# The server makes the empty files "ready", "leads" and "ends". This shell reports by renaming them.
# The command's environment is this shell's too, so its own variables have names that no client uses.
__rsh_dir=$1 __rsh_mv=$2; shift 2

# The process id and the start time, which is field 22. Without /proc only the process id is known.
read -r __rsh_pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ __rsh_start _ </proc/self/stat || { __rsh_pid=$$; __rsh_start=; }

# The server may rename "ready" too, to keep this shell from starting the command: only one of the two succeeds.
"$__rsh_mv" "$__rsh_dir/ready" "$__rsh_dir/holder.$__rsh_pid.$__rsh_start" || exit 126

# What this shell itself writes, about a signal for example, is not output of the command. So leader.sh opens the output files. The
# standard input is for leader.sh: it is a pipe of the server.
exec 3<&0 </dev/null >/dev/null 2>&1

# Not in the background: a shell without job control makes background processes ignore SIGINT.
"$@" <&3 3<&-
__rsh_code=$?

# Writing the file, though it stays empty, sets its time: the time of the command's end.
: >"$__rsh_dir/ends"
"$__rsh_mv" "$__rsh_dir/ends" "$__rsh_dir/exit.$__rsh_code"
