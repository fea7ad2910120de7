using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options for interactive clients: message of the day, idle timeout, recordings.</summary>
internal static class InteractiveOptions
{
    private static readonly TimeSpan MinIdleTimeout = TimeSpan.FromSeconds(1);

    private static readonly Option<string> MessageOfTheDay = new Option<string>("--motd")
    {
        Description = "Show the text of this file at 'rsh-client shell' and 'connect'; the server reads it again for each client.",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<TimeSpan?> Idle = DurationOption.Create(
        "--idle-timeout",
        "End a connection that has been idle for this time; the option idle-timeout= of an authorized key overrides this [never].");

    private static readonly Option<string> Record = new Option<string>("--record-dir")
    {
        Description = "Record all terminals in this folder, in asciicast format; play a recording with 'rsh-client replay'.",
        HelpName = "DIR",
    }.NotEmpty();

    public static void AddTo(Command command)
    {
        command.Add(MessageOfTheDay);
        command.Add(Idle);
        command.Add(Record);
    }

    public static ServerOptions Apply(ParseResult parsed, ServerOptions options) => options with
    {
        MessageOfTheDayFile = parsed.GetValue(MessageOfTheDay) is { } file ? Existing(file) : null,
        IdleTimeout = parsed.GetValue(Idle) is { } idle ? AtLeastMinimum(idle) : null,
        RecordFolder = parsed.GetValue(Record) is { } folder ? Writable(folder) : null,
    };

    private static string Existing(string file)
        => File.Exists(file) ? Path.GetFullPath(file) : throw new FormatException($"--motd: there is no file {file}");

    private static TimeSpan AtLeastMinimum(TimeSpan time)
        => time >= MinIdleTimeout ? time : throw new FormatException("--idle-timeout must be at least 1s");

    // Checked at the start: otherwise the first recording would fail.
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
            throw new RemoteShellException($"--record-dir: cannot write to {folder}: {FileFailure.ReasonOf(e)}", e);
        }
    }
}
