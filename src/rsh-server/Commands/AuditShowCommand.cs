using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Server.Audit;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server audit show</c>: prints lines of the journal.</summary>
internal static class AuditShowCommand
{
    private const string Help = "see: rsh-server audit show --help";

    private static readonly Argument<string[]> Files = AuditFilesArgument.Create();

    private static readonly Option<string> Since = new Option<string>("--since")
    {
        Description = "Only what happened since this time: such as 2026-12-31, '2026-12-31 18:00', or 2h for the last two hours.",
        HelpName = "TIME",
    }.NotEmpty();

    private static readonly Option<string> Key = new Option<string>("--key")
    {
        Description = "Only of this key: its fingerprint, the beginning of it, or its name.",
        HelpName = "KEY",
    }.NotEmpty();

    private static readonly Option<string> Job = new Option<string>("--job")
    {
        Description = "Only of the jobs whose ids begin so.",
        HelpName = "JOB",
    }.NotEmpty();

    private static readonly Option<string> Verb = new Option<string>("--verb")
    {
        Description = "Only this: a verb, such as run, shell, get or open, or an event, such as connect, refuse or admin.",
        HelpName = "VERB",
    }.NotEmpty();

    private static readonly Option<bool> Failed = new("--failed")
    {
        Description = "Only what was refused, or has failed.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the lines as they are: one JSON object each." };

    public static Command Create()
    {
        var command = new Command("show", "Print what the audit journal tells.") { Since, Key, Job, Verb, Failed, Json, Files };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        IEnumerable<AuditEntry> entries = AuditFilesArgument.Read(parsed.GetValue(Files));
        var filter = new AuditFilter
        {
            Since = SinceOf(parsed.GetValue(Since)),
            Key = parsed.GetValue(Key),
            Job = parsed.GetValue(Job),
            Verb = parsed.GetValue(Verb),
            OnlyFailures = parsed.GetValue(Failed),
        };
        bool isJson = parsed.GetValue(Json);
        foreach (AuditEntry entry in entries)
        {
            if (entry.Line is not { } line)
            {
                Console.Error.WriteLine($"{entry.File}:{entry.Place}: this line cannot be read; see: rsh-server audit verify");
                continue;
            }

            if (filter.Matches(line))
                Console.Out.WriteLine(isJson ? entry.SafeText : line.Describe());
        }

        return 0;
    }

    private static DateTimeOffset SinceOf(string? text)
    {
        if (text is null)
            return DateTimeOffset.MinValue;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time))
            return time;
        try
        {
            return DateTimeOffset.UtcNow - Duration.Parse(text);
        }
        catch (FormatException)
        {
            throw new UsageException($"--since: '{text}' is neither a time nor a duration", Help);
        }
    }
}
