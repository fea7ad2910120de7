namespace RemoteShell.Client.Tests.Resuming;

/// <summary>After a change of the connection, the server may meet the same request once more, from the connection before.</summary>
public sealed class EchoTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly TcpRelay _relay;

    public EchoTests() => _relay = new(_server.Address);

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Older_copy_of_a_request_does_not_end_the_command()
    {
        string go = Path.Combine(_server.Folder, "go");
        var restored = new TaskCompletionSource();
        ClientOptions options = _server.Options with
        {
            Host = new("127.0.0.1", _relay.Address.Port),
            Restored = () => restored.TrySetResult(),
        };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Task<BufferedResult> run = client.RunBufferedAsync(
            RemoteCommand.Shell($"echo begun; while ! [ -e {go} ]; do sleep 0.05; done; seq 1000; exit 3"));
        string job = await RunningAsync(client).Within();
        _relay.Cut();
        await restored.Task.Within();
        await using (RawPeer old = await RawPeer.ConnectAsync(_server))
        {
            await old.SendAsync(RawPeer.Frame(RawPeer.Hello), Repeated(job));
            await old.ReadAsync("opened");
            // The client takes its job back.
            await old.ReadAsync("error");
        }

        await File.WriteAllTextAsync(go, "");
        BufferedResult result = await run.Within();
        string expected = string.Concat(Enumerable.Range(1, 1000).Select(i => $"{i}\n").Prepend("begun\n"));
        Assert.Equal((expected, 3), (result.Output, result.Result.ExitCode));
    }

    private static byte[] Repeated(string job)
    {
        // Behind "begun", which the client has.
        const string positions = """{"stdout":{"from":6},"stderr":{"from":0}}""";
        string request = $$"""{"type":"open","channel":1,"request":"exec","job":"{{job}}","command":"x","streams":""";
        return RawPeer.Frame($"{request}{positions}}}");
    }

    private static async Task<string> RunningAsync(RemoteShellClient client)
    {
        JobInfo? job = null;
        await Waiting.UntilAsync(
            async () =>
            {
                job = (await client.ListJobsAsync(JobFilter.Running)).FirstOrDefault();
                return job?.Bytes.GetValueOrDefault("stdout") > 0;
            },
            "the command has begun");
        return job!.Id;
    }
}
