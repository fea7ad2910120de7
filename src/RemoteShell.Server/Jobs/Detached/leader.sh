# Becomes the command of a detached job. It already leads the session and process group of the command.
#   $0   the job's folder
#   $1   the path of mv(1)
#   ...  the command
#
# The process id and the start time, which is field 22. Without /proc only the process id is known.
read -r __rsh_pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ __rsh_start _ </proc/self/stat || { __rsh_pid=$$; __rsh_start=; }

# From now on the server can signal the group.
"$1" "$0/leads" "$0/leader.$__rsh_pid.$__rsh_start"
unset __rsh_pid __rsh_start
shift
exec "$@" >>"$0/stdout" 2>>"$0/stderr"
