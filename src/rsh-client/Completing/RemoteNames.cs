using System.CommandLine;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;
using RemoteShell.Files.Folders;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Completing;

/// <summary>Asks a server for jobs and paths. It never asks the user, also not by an agent, and takes a limited time.</summary>
/// <param name="patience">The most time for the connection and the answer.</param>
internal sealed class RemoteNames(TimeSpan patience)
{
    /// <summary>The jobs of this client's key; none if the server does not answer in time.</summary>
    public Task<IReadOnlyList<Candidate>> JobsAsync(string host) => AskAsync(host, async (client, cancellationToken) =>
    {
        IReadOnlyList<JobInfo> jobs = await client.ListJobsAsync(JobFilter.RunningOrUnfetched, cancellationToken);
        return [.. jobs.Select(job => new Candidate(job.Id, job.Command))];
    });

    /// <summary>The entries of a remote folder that begin with what is typed; none if the server does not answer in time.</summary>
    /// <param name="host">The host, as it is typed.</param>
    /// <param name="path">The beginning of a path.</param>
    public Task<IReadOnlyList<Candidate>> PathsAsync(string host, string path) => AskAsync(host, async (client, cancellationToken) =>
    {
        int slash = path.LastIndexOf('/') + 1;
        string folder = path[..slash], name = path[slash..];
        IReadOnlyList<RemoteEntry> entries = await client.ListAsync(slash == 0 ? "." : folder, cancellationToken: cancellationToken);
        return
        [
            .. from entry in entries
               let found = Path.GetFileName(entry.Path)
               where found.StartsWith(name, StringComparison.Ordinal) && (name.StartsWith('.') || !found.StartsWith('.'))
               orderby found
               select new Candidate($"{host}:{folder}{found}{(entry.Kind == EntryKind.Folder ? "/" : "")}"),
        ];
    });

    // The command line that names the host alone: the options that are typed do not count.
    private static ParseResult WithoutOptions(string host)
    {
        var command = new Command("complete") { HostOptions.Host };
        HostOptions.AddTo(command);
        return command.Parse([host]);
    }

    private async Task<IReadOnlyList<Candidate>> AskAsync(
        string host, Func<RemoteShellClient, CancellationToken, Task<IReadOnlyList<Candidate>>> ask)
    {
        // A completion moves nothing: the next command does, and says so where the user sees it.
        if (JsonConfiguration.IsBeside(ClientConfiguration.UserFile))
            return [];
        using var limit = new CancellationTokenSource(patience);
        try
        {
            // Nor does a ProxyCommand find the agent.
            Environment.SetEnvironmentVariable("SSH_AUTH_SOCK", null);
            ClientOptions options = HostOptions.Options(WithoutOptions(host), host, _ => { }, new SilentKeys());
            // A completion creates no key, and does not ask the user about a host key.
            if (options.IdentityPem is null && !File.Exists(options.IdentityFile))
                return [];
            options = options with { Trust = options.Trust with { Ask = null }, Lost = null, GiveUp = TimeSpan.Zero };
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options, limit.Token);
            return await ask(client, limit.Token);
        }
        catch (Exception e) when (e is RemoteShellException or FormatException or OperationCanceledException or IOException)
        {
            return [];
        }
    }
}
