using System.CommandLine;
using System.Globalization;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server jobs</c>: lists the jobs of all keys.</summary>
internal static class JobsCommand
{
    private static readonly Option<bool> All = new("--all") { Description = "List also the jobs that have ended." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object in each line." };

    private static readonly Option<string> Key = new("--key")
    {
        Description = "List the jobs of this key only.",
        HelpName = "FINGERPRINT",
    };

    public static Command Create()
    {
        var command = new Command("jobs", "List the running jobs of all keys.") { All, Key, Json };
        command.SetAction(async (parsed, token) =>
        {
            var request = new AdminRequest("jobs") { All = parsed.GetValue(All), Key = parsed.GetValue(Key) };
            AdminReply answer = await AdminClient.AskAsync(new ServerOptions().StateFolder, request, token);
            bool isJson = parsed.GetValue(Json);
            foreach (ListedJob job in answer.Jobs!)
                Console.Out.WriteLine(isJson ? job.ToJson() : LineOf(job));
            if (answer.OmittedJobs > 0)
                Console.Error.WriteLine($"rsh-server: {answer.OmittedJobs} older jobs are not listed; name a key with --key");
            return 0;
        });
        return command;
    }

    /// <summary>A job as a line for people.</summary>
    public static string LineOf(ListedJob job)
    {
        string name = job.Name.Length > 0 ? job.Name : job.Key;
        string since = job.Since.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"{job.Job}  {name}  {StateOf(job)}, since {since}: {job.Command}";
    }

    private static string StateOf(ListedJob job)
    {
        if (job.Outcome is { } outcome)
            return string.Create(CultureInfo.InvariantCulture, $"{outcome} {job.Exit}{(job.Reason is { } reason ? $" ({reason})" : "")}");
        return job.Detached
            ? $"{job.State}, detached"
            : string.Create(CultureInfo.InvariantCulture, $"{job.State}, {job.Attached} attached");
    }
}
