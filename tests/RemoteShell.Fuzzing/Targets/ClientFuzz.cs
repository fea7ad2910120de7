using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The client library over a stream in memory: a command, and a list.</summary>
internal static class ClientFuzz
{
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "rsh-fuzzing-client");

    public static void Run(byte[] input) => FuzzLimit.Run(() => RunAsync(WireInput.Expand(input)));

    private static async Task RunAsync(byte[] wire)
    {
        await DoAsync(wire, async client => await client.RunBufferedAsync(RemoteCommand.Shell("x")));
        await DoAsync(wire, async client => await client.ListJobsAsync(JobFilter.All));
    }

    private static async Task DoAsync(byte[] wire, Func<RemoteShellClient, Task> request)
    {
        var options = new ClientOptions
        {
            Host = new("memory", 1),
            Folder = Folder,
            GiveUp = TimeSpan.Zero,
            ConnectTimeout = TimeSpan.FromMilliseconds(1),
            Authorization = AuthorizationCheck.OnFirstRequest,
            Connection = FuzzLimit.Options,
        };
        int dialled = 0;
        try
        {
            await using RemoteShellClient client = await RemoteShellClient.OverAsync(
                options, _ => Task.FromResult<Stream>(new RecordedStream(dialled++ == 0 ? wire : [])));
            await request(client);
        }
        catch (RemoteShellException)
        {
            // The documented failures.
        }
    }
}
