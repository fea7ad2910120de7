using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client jobs</c>: lists this key's jobs.</summary>
internal static class JobsCommand
{
    private static readonly Option<bool> All = new("--all", "-a") { Description = "Also those whose result was fetched." };
    private static readonly Option<bool> Running = new("--running") { Description = "Only those that run." };

    public static Command Create()
    {
        var command = new Command("jobs", "List your jobs: those that run, detached ones, and those that ended and whose result nobody has.") { HostOptions.Host, All, Running, JobOptions.Json };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        bool all = parsed.GetValue(All), running = parsed.GetValue(Running);
        if (all && running)
            throw new FormatException("--all and --running exclude each other");
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        IReadOnlyList<JobInfo> jobs = await client.ListJobsAsync(all ? JobFilter.All : running ? JobFilter.Running : JobFilter.Unfetched, interrupts.GivenUp);
        if (parsed.GetValue(JobOptions.Json))
            JobsReport.Write(jobs, StandardStreams.Output);
        else
            WriteTable(jobs);
        return 0;
    }

    private static void WriteTable(IReadOnlyList<JobInfo> jobs)
    {
        if (!Console.IsOutputRedirected && jobs.Count > 0)
            Console.Out.WriteLine($"{"ID",-16}  {"STATE",-7}  {"STARTED",-19}  {"DURATION",9}  {"EXIT",4}  {"BYTES",12}  {"POLICY",-12}  COMMAND");
        foreach (JobInfo job in jobs)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{job.Id,-16}  {job.StateName,-7}  {job.Started.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {Length(job.Duration),9}  {job.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "-",4}  {job.Bytes.Values.Sum(),12}  {Policy(job),-12}  {UserMessages.OneLine(job.Command)}"));
    }

    private static string Policy(JobInfo job) => job.IsDetached ? "detached" : job.OnDisconnect;

    private static string Length(TimeSpan time)
    {
        return time.TotalMinutes < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1}s")
            : time.TotalHours < 1 ? $"{(int)time.TotalMinutes}m{time.Seconds:00}s" : $"{(int)time.TotalHours}h{time.Minutes:00}m";
    }
}
