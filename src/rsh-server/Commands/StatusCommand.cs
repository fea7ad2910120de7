using System.CommandLine;
using System.Globalization;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server status</c>: shows the state of the running server.</summary>
internal static class StatusCommand
{
    private const int Mebibyte = 1024 * 1024;

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object." };

    private static readonly Option<bool> Watch = new("--watch", "-w")
    {
        Description = "Show it again each second, as a table on the terminal, until Ctrl+C; with --json, as a line each second.",
    };

    public static Command Create()
    {
        const string summary = "Show the connections, jobs, refused addresses and memory of the running server.";
        var command = new Command("status", summary) { Json, Watch };
        command.SetAction(async (parsed, token) =>
        {
            if (parsed.GetValue(Watch))
            {
                await (parsed.GetValue(Json) ? StatusWatch.PrintAsync() : StatusWatch.DrawAsync());
                return 0;
            }

            AdminReply answer = await AdminClient.AskAsync(new ServerOptions().StateFolder, new("status"), token);
            if (parsed.GetValue(Json))
                Console.Out.WriteLine(answer.Status!.ToJson());
            else
                Write(answer.Status!);
            return 0;
        });
        return command;
    }

    private static void Write(ServerStatus status)
    {
        string stopping = status.Stopping ? ", stopping" : "";
        Say($"rsh-server {status.Version}, process {status.Process}, as {status.User}, since {Local(status.Since)}{stopping}");
        Say($"listening on {string.Join(", ", status.Addresses)}; host key {status.HostKey}");
        if (status.NextHostKeyFrom is { } from)
            Say($"next host key {status.NextHostKey}, from {Local(from)}");
        Say($"memory: {status.ResidentBytes / Mebibyte} MiB resident, {status.ManagedBytes / Mebibyte} MiB of it .NET objects");
        Say($"connections: {status.Connections.Count}");
        foreach (ConnectionStatus one in status.Connections)
        {
            Say($"{$"#{one.Id}",7}  {Or(one.Name)}  from {one.From}, since {Local(one.Since)}, idle {one.IdleMs / 1000} s, {one.Key}");
            foreach (string doing in one.Doing)
                Say($"         {doing}");
        }

        Say($"running jobs: {status.Jobs.Count}");
        foreach (JobStatus job in status.Jobs)
        {
            string attached = job.Detached ? "detached" : $"{job.Attached} attached";
            Say($"  {job.Job}  since {Local(job.Since)}, {attached}, {NameOf(job.Key, status)}: {job.Command}");
        }

        if (status.Penalties.Count > 0)
            Say($"refused addresses: {status.Penalties.Count}");
        foreach (PenaltyStatus one in status.Penalties)
            Say($"  {one.From}  for {(one.LeftMs + 999) / 1000} s, since {one.Cause}; connections refused: {one.Refused}");
    }

    // A job has only the key of its owner; a connection with that key also has a name.
    private static string NameOf(string key, ServerStatus status)
        => status.Connections.FirstOrDefault(one => one.Key == key) is { Name.Length: > 0 } known ? known.Name : key;

    private static string Or(string name) => name.Length > 0 ? name : "-";

    private static string Local(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static void Say(FormattableString line) => Console.Out.WriteLine(FormattableString.Invariant(line));
}
