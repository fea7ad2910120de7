using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
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
        "End a connection that has been idle for this time; the option idle-timeout= of an authorized key overrides this [never].",
        MinIdleTimeout);

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

    public static ServerOptions Apply(RunValues values, ServerOptions options) => options with
    {
        MessageOfTheDayFile = values.Convert(MessageOfTheDay, Existing),
        IdleTimeout = values.Of(Idle),
        RecordFolder = values.Convert(Record, Path.GetFullPath),
    };

    /// <summary>Makes the folder of recordings if it does not exist, and checks that it can be written.</summary>
    /// <remarks>Otherwise the first recording would fail.</remarks>
    /// <exception cref="RemoteShellException">It cannot be made or written.</exception>
    public static void PrepareRecordFolder(ServerOptions options)
    {
        if (options.RecordFolder is not { } folder)
            return;
        try
        {
            PrivateFolder.Create(folder);
            File.Create(Path.Combine(folder, $".{Environment.ProcessId}"), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"--record-dir: cannot write to {folder}: {FileFailure.ReasonOf(e)}", e);
        }
    }

    private static string Existing(string file)
        => File.Exists(file) ? Path.GetFullPath(file) : throw new FormatException($"--motd: there is no file {file}");
}
