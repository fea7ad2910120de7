using System.Text;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>What a call runs at the server.</summary>
internal static class SshRemoteCommand
{
    private const string None = "none";

    // Each byte is a character of this encoding, so a line that is not UTF-8 arrives byte for byte.
    private const string Bytes = "iso-8859-1";

    // Where distributions put it; the last place is the PATH.
    private const string Sftp = """
        for program in /usr/lib/openssh/sftp-server /usr/libexec/openssh/sftp-server /usr/libexec/sftp-server \
            /usr/lib/ssh/sftp-server /usr/lib64/ssh/sftp-server /usr/local/libexec/sftp-server; do
          [ -x "$program" ] && exec "$program"
        done
        command -v sftp-server >/dev/null && exec sftp-server
        echo 'the server has no sftp-server; install it there, for example: apt-get install openssh-sftp-server' >&2
        exit 127
        """;

    /// <summary>The command; null: none is run.</summary>
    /// <exception cref="UsageException">There is no such subsystem.</exception>
    public static RemoteCommand? Of(SshSettings settings, SshCommandLine line)
    {
        string? session = settings.Find(SshKeys.SessionType)?.ToLowerInvariant();
        if (session == None || settings.Find(SshKeys.StdioForward) is not null)
            return null;
        // As sshd does it: the shell of the user reads the words as one line.
        string words = string.Join(' ', line.Words);
        if (session == "subsystem")
            return Subsystem(words);
        if (RawWords.IsRaw(words))
            return RemoteCommand.Shell(Encoding.Latin1.GetString(RawWords.ToBytes(words))).WithEncoding(Bytes);
        if (words.Length > 0)
            return RemoteCommand.Shell(words);
        string? configured = settings.Find(ConfigurationKeys.RemoteCommand);
        if (configured is null or None)
            return RemoteCommand.LoginShell();
        return RemoteCommand.Shell(
            ConfigurationTokens.Expand(configured, settings.Host.Query, settings.Host.Address, settings.Host.User));
    }

    /// <summary>The command with variables, in its encoding.</summary>
    public static RemoteCommand With(RemoteCommand command, IReadOnlyDictionary<string, string> variables) => command with
    {
        Environment = command.Encoding is null
            ? variables
            : variables.ToDictionary(
                variable => variable.Key, variable => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(variable.Value))),
    };

    private static RemoteCommand Subsystem(string name) => name == "sftp"
        ? RemoteCommand.Exact(["/bin/sh", "-c", Sftp])
        : throw new UsageException($"there is no subsystem '{name}' here, only sftp", SshHelp.Hint);
}
