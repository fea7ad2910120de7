namespace RemoteShell.Cli.Client.Help;

/// <summary>The tables at the end of <c>rsh-client --help</c>.</summary>
internal static class ProgramHelp
{
    public static IReadOnlyList<HelpSection> Sections { get; } =
    [
        new(
            "Exit status:",
            [
                ("0-125", "The command's own exit status."),
                ("1", "The request was refused, or a local file failed; not for run, attach, wait, …"),
                ("2", "The command line is wrong."),
                ("124", "The command's --timeout has passed."),
                ("126, 127", "The command could not be started, or was not found."),
                ("128+N", "Signal N ended the command."),
                ("129", "The terminal was closed."),
                ("130", "Ctrl+C (twice during a command) ended this program."),
                ("141", "The reader of standard output is gone."),
                ("143", "SIGTERM ended this program."),
                ("255", "No connection, not authorized, output not verified, or outcome unknown. For run, attach, wait, shell, " +
                    "connect, calc and upper: any failure of this program."),
            ]),
        new(
            "Environment:",
            [
                ("RSH_HOME", "Keep all files in $RSH_HOME/client."),
                ("XDG_CONFIG_HOME", "Keep key, known_hosts and config in $XDG_CONFIG_HOME/rsh-client [~/.config/rsh-client]."),
                ("XDG_STATE_HOME", "Keep the history in $XDG_STATE_HOME/rsh-client [~/.local/state/rsh-client]."),
                ("NO_COLOR", "Do not use colours."),
                ("TERM", "The terminal's type, passed to the server."),
            ]),
    ];
}
