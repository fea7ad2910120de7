using System.CommandLine;
using System.Globalization;
using System.Text;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client jobs</c>: lists the jobs of this client's key.</summary>
internal static class JobsCommand
{
    private static readonly Option<bool> All = new("--all", "-a")
    {
        Description = "List all jobs, also those whose result a client has received.",
    };
    private static readonly Option<bool> Running = new("--running") { Description = "List only running jobs." };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">Reads a command line again for each host of a set.</param>
    /// <param name="words">The words of the command line.</param>
    public static Command Create(OwnCommands own, IReadOnlyList<string> words)
    {
        var command = new DocumentedCommand("jobs", "List your jobs.")
        {
            Details =
            [
                "Lists the jobs of your key that run, that are detached, or that have ended and whose result no client has received. " +
                "STARTED is in local time.",
            ],
            Examples = ["jobs --running server.example", "jobs 'web[1-20]'"],
        };
        command.Add(HostOptions.Host);
        command.Add(All);
        command.Add(Running);
        command.Add(JobOptions.Json);
        foreach (Option option in FleetOptions.OfSchedule)
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, own, words));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, OwnCommands own, IReadOnlyList<string> words)
    {
        if (parsed.GetValue(All) && parsed.GetValue(Running))
            throw new FormatException("--all and --running cannot be used together");
        string host = parsed.GetValue(HostOptions.Host)!;
        if (Targets.IsSet(host))
            return FleetQuery.RunAsync(new(words, own.Read(words)), host, (call, name) => ListAsync(parsed, call, name));
        if (FleetOptions.FirstGiven(parsed) is { } many)
            throw new FormatException($"{many} is for a set of hosts, such as web[1-3]");
        return ClientCommand.AnswerAsync(
            () => ClientCommand.RunAsync(parsed, (client, interrupts) => ListAsync(parsed, client, interrupts)));
    }

    private static async Task<int> ListAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        IReadOnlyList<JobInfo> jobs = await client.ListJobsAsync(FilterOf(parsed), interrupts.Cancelled);
        if (parsed.GetValue(JobOptions.Json))
            JobsReport.Write(jobs, StandardStreams.Output);
        else
            WriteTable(jobs);
        return 0;
    }

    private static async Task<byte[]> ListAsync(ParseResult parsed, HostCall call, string host)
    {
        IReadOnlyList<JobInfo> jobs = await call.Client.ListJobsAsync(FilterOf(parsed), call.Token);
        if (!parsed.GetValue(JobOptions.Json))
            return Encoding.UTF8.GetBytes(string.Concat(jobs.Select(job => $"{host}: {Row(job)}\n")));
        using var lines = new MemoryStream();
        JobsReport.Write(jobs, host, lines);
        return lines.ToArray();
    }

    private static JobFilter FilterOf(ParseResult parsed)
    {
        if (parsed.GetValue(All))
            return JobFilter.All;
        return parsed.GetValue(Running) ? JobFilter.Running : JobFilter.RunningOrUnfetched;
    }

    private static void WriteTable(IReadOnlyList<JobInfo> jobs)
    {
        if (!Console.IsOutputRedirected && jobs.Count > 0)
        {
            StandardText.Output.WriteLine(
                $"{"ID",-16}  {"STATE",-7}  {"STARTED",-19}  {"DURATION",9}  {"EXIT",4}  {"BYTES",12}  {"POLICY",-12}  COMMAND");
        }

        foreach (JobInfo job in jobs)
            StandardText.Output.WriteLine(Row(job));
    }

    private static string Row(JobInfo job)
    {
        double bytes = job.Bytes.Values.Sum(count => (double)count);
        string exit = job.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "-";
        string command = UserMessages.OneLine(job.Command);
        string times = string.Create(
            CultureInfo.InvariantCulture, $"{job.Started.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {Length(job.Duration),9}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Shown(job.Id),-16}  {Shown(job.StateName),-7}  {times}  {exit,4}  {bytes,12:F0}  {Shown(Policy(job)),-12}  {command}");
    }

    private static string Shown(string text) => UserMessages.OneLine(text);

    private static string Policy(JobInfo job) => job.IsDetached ? "detached" : job.OnDisconnect;

    private static string Length(TimeSpan time)
    {
        if (time.TotalMinutes < 1)
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1}s");
        return time.TotalHours < 1 ? $"{(int)time.TotalMinutes}m{time.Seconds:00}s" : $"{(int)time.TotalHours}h{time.Minutes:00}m";
    }
}
