using System.CommandLine;
using RemoteShell.Protocol;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The flags of what people at their terminals notice.</summary>
internal static class PeopleOptions
{
    private static readonly Option<string> Motd = new("--motd") { Description = "Show the text of this file to whoever comes to shell or connect; it is read each time.", HelpName = "FILE" };
    private static readonly Option<string> Idle = new("--idle-timeout") { Description = "End a connection over which nothing has flowed for so long; a key's idle-timeout= goes before it. Default: never.", HelpName = "TIME" };
    private static readonly Option<string> Record = new("--record-dir") { Description = "Take down what every terminal shows, as asciicasts in this folder; 'rsh-client replay' plays them.", HelpName = "DIR" };

    public static void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Motd, Idle, Record })
            command.Add(option);
    }

    public static ServerOptions Apply(ParseResult parsed, ServerOptions options) => options with
    {
        MessageOfTheDayFile = parsed.GetValue(Motd) is { } motd ? Existing(motd) : null,
        IdleTimeout = parsed.GetValue(Idle) is { } idle ? Positive(idle) : null,
        RecordFolder = parsed.GetValue(Record) is { } folder ? Writable(folder) : null,
    };

    private static string Existing(string file) => File.Exists(file) ? Path.GetFullPath(file) : throw new FormatException($"--motd: there is no file {file}");

    private static TimeSpan Positive(string text)
        => Duration.Parse(text) is { } time && time >= TimeSpan.FromSeconds(1) ? time : throw new FormatException("--idle-timeout must be at least 1s");

    // Found out now, and not when somebody's session is not recorded.
    private static string Writable(string folder)
    {
        try
        {
            string full = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder).FullName
                : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
            File.Create(Path.Combine(full, $".{Environment.ProcessId}"), 1, FileOptions.DeleteOnClose).Dispose();
            return full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"--record-dir: cannot write to {folder}: {e.Message}", e);
        }
    }
}
