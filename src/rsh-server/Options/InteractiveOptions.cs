using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options for interactive clients: message of the day, idle timeout.</summary>
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

    public static void AddTo(Command command)
    {
        command.Add(MessageOfTheDay);
        command.Add(Idle);
    }

    public static ServerOptions Apply(RunValues values, ServerOptions options) => options with
    {
        MessageOfTheDayFile = values.Convert(MessageOfTheDay, Existing),
        IdleTimeout = values.Of(Idle),
    };

    private static string Existing(string file)
        => File.Exists(file) ? Path.GetFullPath(file) : throw new FormatException($"--motd: there is no file {file}");
}
