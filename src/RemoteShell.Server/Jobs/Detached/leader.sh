# Becomes the command of a detached job. It already leads the session and process group of the command.
#   $0   the job's folder
#   $1   the path of mv(1)
#   ...  the command
#
# The process id and the start time, which is field 22. Without /proc only the process id is known.
read -r __rsh_pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ __rsh_start _ </proc/self/stat || { __rsh_pid=$$; __rsh_start=; }

# From now on the server can signal the session.
"$1" "$0/leads" "$0/leader.$__rsh_pid.$__rsh_start"

# The server closes this pipe once it watches this process: only then can it tell a signal that ends the command at once from an exit
# status of 128+n. If the server is gone, the pipe is closed too.
read -r __rsh_pid
unset __rsh_pid __rsh_start
shift
exec "$@" </dev/null >>"$0/stdout" 2>>"$0/stderr"
