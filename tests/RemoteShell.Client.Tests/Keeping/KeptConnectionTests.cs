using System.Collections.Concurrent;
using System.Net.Sockets;
using RemoteShell.Client.Keeping;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Tests.Keeping;

/// <summary>A connection that one process keeps and others use: it is never the cause of an error.</summary>
public sealed class KeptConnectionTests : IAsyncDisposable
{
    private const int Many = 50;

    private static readonly string Numbers = string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i}\n"));

    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpRelay _relay;
    private Task _keeping = Task.CompletedTask;

    public KeptConnectionTests() => _relay = new(_server.Address);

    private string SocketPath => _folder["socket"];

    // Of a program: the kept connection goes through the relay, and its own goes to the server.
    private ClientOptions Options => _server.Options with { Shared = new() { Socket = SocketPath, Keeper = [] } };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping.Within().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await _relay.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Programs_share_one_connection()
    {
        await KeepAsync();
        Assert.Equal(1, _relay.Connections);
        await using RemoteShellClient first = await RemoteShellClient.ConnectAsync(Options).Within();
        await using RemoteShellClient second = await RemoteShellClient.ConnectAsync(Options).Within();
        BufferedResult[] results = await Task.WhenAll(
            first.RunBufferedAsync(RemoteCommand.Shell("seq 20000; exit 3")),
            second.RunBufferedAsync(RemoteCommand.Shell("cat; seq 20000 >&2").WithInput("in"))).Within();
        Assert.Equal((Numbers, 3), (results[0].Output, results[0].Result.ExitCode));
        Assert.Equal(("in", Numbers, 0), (results[1].Output, results[1].Error, results[1].Result.ExitCode));
        Assert.Single(await first.WhoAsync().Within());
        Assert.Equal(1, _relay.Connections);
    }

    [Fact]
    public async Task Bulk_of_one_program_lets_the_commands_of_another_through()
    {
        await KeepAsync();
        await using RemoteShellClient bulk = await RemoteShellClient.ConnectAsync(Options).Within();
        await using RemoteShellClient small = await RemoteShellClient.ConnectAsync(Options).Within();
        using var stop = new CancellationTokenSource();
        var endless = new CountingSink();
        Task down = bulk.RunAsync(RemoteCommand.Shell("cat /dev/zero"), new() { Output = endless }, stop.Token);
        Task up = bulk.RunAsync(RemoteCommand.Shell("cat >/dev/null"), new() { Input = new Endless() }, stop.Token);
        for (int i = 0; i < 20; i++)
        {
            long before = endless.Count;
            Assert.Equal($"{i}\n", (await small.RunBufferedAsync(RemoteCommand.Shell($"echo {i}")).Within()).Output);
            await Waiting.Until(() => endless.Count > before, "the bulk goes on");
        }

        Assert.False(down.IsCompleted || up.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(down, up)).Within();
        Assert.Equal(1, _relay.Connections);
    }

    [Fact]
    public async Task Commands_go_on_when_their_keeper_ends()
    {
        await KeepAsync();
        await RunManyAsync(async () => await _stop.CancelAsync());
    }

    [Fact]
    public async Task Commands_go_on_when_the_kept_connection_is_cut()
    {
        await KeepAsync();
        await RunManyAsync(() =>
        {
            _relay.Cut();
            return Task.CompletedTask;
        });
        await _keeping.Within();
    }

    [Fact]
    public async Task Command_is_not_repeated_under_a_key_of_the_agent_when_the_kept_connection_is_cut()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string file = SshKeygen.MakeKey(_folder, "ed25519"), begun = _folder["begun"], go = _folder["go"];
        _server.AuthorizedKeys.Add(await File.ReadAllTextAsync($"{file}.pub", TestContext.Current.CancellationToken));
        await agent.AddAsync(file);
        await KeepAsync();
        ClientOptions options = Options with { OtherKeys = new(new(agent.Socket)), Authorization = AuthorizationCheck.OnFirstRequest };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        string line = $"echo x >> {begun}; while [ ! -e {go} ]; do sleep 0.1; done";
        Task<BufferedResult> running = client.RunBufferedAsync(RemoteCommand.Shell(line) with { OnDisconnect = DisconnectPolicy.Keep });
        await Waiting.Until(() => File.Exists(begun), "the command runs");
        _relay.Cut();
        Assert.Equal("test", Assert.Single(await client.WhoAsync().Within()).Name);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await running.Within()).ExitCode);
        Assert.Equal("x\n", await File.ReadAllTextAsync(begun, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Program_goes_on_when_the_server_stops_and_comes_back()
    {
        await KeepAsync();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options).Within();
        await _server.RestartAsync();
        await _keeping.Within();
        Assert.Equal("ok\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output);
    }

    [Fact]
    public async Task Silent_server_ends_the_kept_connection_when_a_program_comes()
    {
        await KeepAsync();
        _relay.Stall();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options).Within();
        Assert.Equal("ok\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output);
        await _keeping.Within();
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task Slow_greeting_does_not_make_the_keeper_wait_longer_for_a_silent_server()
    {
        _relay.Delay = TimeSpan.FromSeconds(2);
        await KeepAsync();
        _relay.Delay = TimeSpan.Zero;
        _relay.Stall();
        Assert.Equal("ok\n", await EchoAsync());
        await _keeping.WaitAsync(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Upload_that_the_path_does_not_take_does_not_hold_up_the_end()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        await KeepAsync(connection: new() { KeepaliveInterval = second, KeepaliveTimeout = 2 * second });
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options).Within();
        var endless = new Endless();
        using var stop = new CancellationTokenSource();
        Task run = client.RunAsync(RemoteCommand.Shell("cat >/dev/null"), new() { Input = endless }, stop.Token);
        await Waiting.Until(() => endless.Count > 1_000_000, "the upload has begun");
        _relay.Stall();
        await _keeping.Within();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run).Within();
    }

    [Fact]
    public async Task Socket_that_nobody_serves_is_passed_over()
    {
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(_folder["other"]));
            // The framework removes the name that it has bound.
            File.Move(_folder["other"], SocketPath);
        }

        Assert.True(File.Exists(SocketPath));
        Assert.Equal("ok\n", await EchoAsync());
        await KeepAsync();
        Assert.Equal("ok\n", await EchoAsync());
        Assert.Equal(1, _relay.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keeper_that_does_not_answer_is_passed_over(bool closes)
    {
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(SocketPath));
        silent.Listen();
        Task<Socket> accepted = silent.AcceptAsync();
        Task<string> echo = EchoAsync();
        if (closes)
            (await accepted.Within()).Dispose();
        Assert.Equal("ok\n", await echo);
    }

    [Fact]
    public async Task Keeper_that_is_stopped_is_passed_over_with_a_short_connect_timeout_too()
    {
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(SocketPath));
        silent.Listen();
        ClientOptions options = Options with
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(300),
            Authorization = AuthorizationCheck.OnFirstRequest,
        };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("ok\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output);
    }

    [Fact]
    public async Task Socket_in_a_folder_that_others_may_enter_is_passed_over()
    {
        await KeepAsync();
        if (OperatingSystem.IsWindows())
            Assert.Skip("needs permission bits");
        else
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options).Within();
        Assert.Equal(2, (await client.WhoAsync().Within()).Count);
    }

    [Fact]
    public async Task Dead_path_is_noticed_although_an_earlier_request_was_answered()
    {
        await KeepAsync();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options).Within();
        Assert.Equal("ok\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output);
        // The first request's answer is still being waited for by the question that follows it.
        _relay.Stall();
        Assert.Equal("ok\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output);
        await _keeping.Within();
    }

    [Fact]
    public async Task File_in_place_of_the_socket_is_passed_over()
    {
        await File.WriteAllTextAsync(SocketPath, "text");
        Assert.Equal("ok\n", await EchoAsync());
    }

    [Fact]
    public async Task Program_beyond_the_servers_channels_gets_a_connection_of_its_own()
    {
        await KeepAsync();
        await using RemoteShellClient full = await RemoteShellClient.ConnectAsync(Options).Within();
        await using RemoteShellClient other = await RemoteShellClient.ConnectAsync(Options).Within();
        using var stop = new CancellationTokenSource();
        Task[] waiting = [.. Enumerable.Range(0, 64).Select(_ => full.RunAsync(RemoteCommand.Shell("sleep 60"), new(), stop.Token))];
        await Waiting.UntilAsync(
            async () => (await other.ListJobsAsync(JobFilter.Running)).Count == waiting.Length, "all jobs run");
        Assert.Equal("ok\n", (await other.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting)).Within();
    }

    [Theory]
    [InlineData("keep:1s", false, CommandOutcome.KilledByPolicy, "no client came back in time")]
    [InlineData("keep:1s", true, CommandOutcome.Killed, "its client cancelled it")]
    [InlineData("kill", false, CommandOutcome.KilledByPolicy, "its client disconnected")]
    [InlineData("kill", true, CommandOutcome.Killed, "its client cancelled it")]
    public async Task Job_of_a_program_that_ends_is_treated_as_on_a_connection_of_its_own(
        string policy, bool saysGoodbye, CommandOutcome outcome, string reason)
    {
        await KeepAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new FrameReader(stream, FrameLimits.Default);
        await SendAsync(stream, new HelloMessage { Version = 1 });
        string id = JobId.New();
        await SendAsync(stream, new ExecRequest { Channel = 7, Job = id, Command = "sleep 60", OnDisconnect = policy });
        while ((await reader.ReadAsync().AsTask().Within())!.Value.Envelope is not { Type: "opened", Channel: 7 })
        {
        }

        if (saysGoodbye)
            await SendAsync(stream, new GoodbyeMessage());
        socket.Close();
        await using RemoteShellClient client = await _server.ConnectAsync();
        JobInfo job = await EndedAsync(client, id).Within();
        Assert.Equal(outcome, job.Outcome);
        Assert.Contains(reason, job.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unused_connection_is_closed_and_its_socket_removed()
    {
        await KeepAsync(TimeSpan.FromMilliseconds(300));
        await _keeping.Within();
        Assert.False(File.Exists(SocketPath));
        Assert.Equal("ok\n", await EchoAsync());
    }

    [Fact]
    public async Task Second_keeper_leaves_the_socket_to_the_first()
    {
        await KeepAsync();
        await ConnectionKeeper.RunAsync(Kept, SocketPath, TimeSpan.FromMinutes(1), CancellationToken.None).Within();
        Assert.Equal("ok\n", await EchoAsync());
        Assert.Equal(1, _relay.Connections);
    }

    private ClientOptions Kept => _server.Options with { Host = new("127.0.0.1", _relay.Address.Port) };

    private async Task KeepAsync(TimeSpan? unused = null, ConnectionOptions? connection = null)
    {
        ClientOptions kept = Kept with { Connection = connection ?? Kept.Connection };
        _keeping = ConnectionKeeper.RunAsync(kept, SocketPath, unused ?? TimeSpan.FromMinutes(1), _stop.Token);
        await Waiting.Until(() => File.Exists(SocketPath) && _relay.Connections > 0, "the connection is kept");
    }

    private async Task<string> EchoAsync()
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options).Within();
        return (await client.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output;
    }

    // A request that waits for the job would count as a client of it.
    private static async Task<JobInfo> EndedAsync(RemoteShellClient client, string id)
    {
        JobInfo? job = null;
        await Waiting.UntilAsync(
            async () =>
            {
                job = (await client.ListJobsAsync(JobFilter.All)).Single(one => one.Id == id);
                return job.State == JobState.Ended;
            },
            "the job ends");
        return job!;
    }

    private async Task RunManyAsync(Func<Task> disturb)
    {
        string go = _folder["go"];
        var announced = new ConcurrentQueue<string>();
        ClientOptions options = Options with { Lost = announced.Enqueue };
        var running = new CountdownEvent(Many);
        Task<BufferedResult>[] runs = [.. Enumerable.Range(0, Many).Select(RunAsync)];
        await Waiting.Until(() => running.IsSet, "all commands are connected");
        await disturb();
        await File.WriteAllTextAsync(go, "");
        foreach (BufferedResult result in await Task.WhenAll(runs).Within())
            Assert.Equal((Numbers, 3), (result.Output, result.Result.ExitCode));
        Assert.Empty(announced);

        async Task<BufferedResult> RunAsync(int number)
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
            running.Signal();
            string script = $"seq 10000; while ! [ -e {go} ]; do sleep 0.1; done; seq 10001 20000; exit 3";
            return await client.RunBufferedAsync(RemoteCommand.Shell(script));
        }
    }

    private static async Task SendAsync(Stream stream, Message message)
    {
        var frame = new FrameBuffer(256);
        frame.AppendFrame(MessageCodec.Encode(message));
        await stream.WriteAsync(frame.Memory);
    }

    private sealed class CountingSink : TestStream
    {
        private long _count;

        public long Count => Volatile.Read(ref _count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Add(ref _count, buffer.Length);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Endless : TestStream
    {
        private long _count;

        public long Count => Volatile.Read(ref _count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Add(ref _count, buffer.Length);
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
