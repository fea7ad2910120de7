using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Connections;

/// <summary>A caller that drives many servers tells by the type of a failure what became of its command.</summary>
public class FailureKindTests
{
    private const string Limit = """{"type":"error","code":"limit","text":"full"}""";
    private const string Unauthorized = """{"type":"error","code":"unauthorized","text":"not you"}""";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Unreachable_server_is_a_failed_connection_without_a_code(AuthorizationCheck check)
    {
        var options = new ClientOptions
        {
            Host = new("127.0.0.1", FreePort.Take()),
            Authorization = check,
            ConnectTimeout = Short,
            Identity = Identity.FromPem(await PemAsync()),
        };
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(options).Within());
        Assert.Null(failure.Code);
        options.Identity.Dispose();
    }

    [Fact]
    public async Task Server_that_cannot_be_reached_any_more_has_started_nothing_that_was_not_sent()
    {
        var server = new TestServer();
        ClientOptions options = server.Options with { GiveUp = Short };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        await server.DisposeAsync();
        await Waiting.Until(() => !client.IsConnected, "the loss is seen");
        await Assert.ThrowsAsync<ConnectFailedException>(() => client.StartAsync(RemoteCommand.Shell("true"), new()).Within());
        await Assert.ThrowsAsync<ConnectFailedException>(() => client.DetachAsync(RemoteCommand.Shell("true")).Within());
        // An earlier process may have sent this one.
        string id = JobId.New();
        RemoteCommand command = RemoteCommand.Shell("true").WithJobId(id).WithAcknowledgement(Acknowledgement.ByCaller);
        var point = new ResumePoint { Age = TimeSpan.FromMinutes(1) };
        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => client.ResumeAsync(command, point, new()).Within());
        Assert.Equal(id, lost.JobId);
    }

    [Fact]
    public async Task Connection_that_ends_before_the_answer_is_a_loss_with_the_job()
    {
        await using var server = new HostileServer(async connection =>
        {
            await connection.SayAsync(RawPeer.Hello);
            await connection.ReadOpenAsync();
            connection.Reset();
        });
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options with { GiveUp = Short }).Within();
        RemoteCommand command = RemoteCommand.Shell("true").WithJobId(JobId.New());
        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => client.StartAsync(command, new()).Within());
        Assert.Equal((command.JobId, "lost", true), (lost.JobId, lost.Code, lost.IsNetworkLoss));
    }

    [Fact]
    public async Task Server_at_its_limit_is_told_by_its_code_and_has_started_nothing()
    {
        await using var server = new HostileServer(connection => SayAndDrainAsync(connection, RawPeer.Hello, Limit));
        ClientOptions options = server.Options with { ConnectTimeout = Short, GiveUp = Short };
        await using (RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within())
        {
            var ended = await Assert.ThrowsAsync<ConnectionLostException>(
                () => client.StartAsync(RemoteCommand.Shell("x"), new()).Within());
            Assert.Equal((ErrorCode.Limit, null, false), (ended.Code, ended.JobId, ended.IsNetworkLoss));
        }

        options = options with { Authorization = AuthorizationCheck.OnConnect };
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(options).Within());
        Assert.Equal(ErrorCode.Limit, failure.Code);
    }

    [Fact]
    public async Task Command_that_was_sent_before_the_limit_may_run()
    {
        await using var server = new HostileServer(async connection =>
        {
            if (connection.Number > 1)
            {
                await SayAndDrainAsync(connection, RawPeer.Hello, Limit);
                return;
            }

            await connection.SayAsync(RawPeer.Hello);
            await connection.ReadOpenAsync();
            connection.Reset();
        });
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options with { GiveUp = Short }).Within();
        RemoteCommand command = RemoteCommand.Shell("x").WithJobId(JobId.New());
        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => client.StartAsync(command, new()).Within());
        Assert.Equal(command.JobId, lost.JobId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task Key_that_is_not_accepted_is_told_also_when_the_first_request_is_under_way(int size)
    {
        await using var server = new TestServer();
        ClientOptions options = server.ClientOptions("stranger") with
        {
            Authorization = AuthorizationCheck.OnFirstRequest,
            GiveUp = TimeSpan.Zero,
        };
        RemoteCommand command = RemoteCommand.Shell("true").WithEnvironment("A", new string('x', size));
        for (int i = 0; i < 30; i++)
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
            await Assert.ThrowsAsync<UnauthorizedException>(() => client.StartAsync(command, new() { Input = new NeverEnding() }).Within());
        }
    }

    [Fact]
    public async Task Key_that_is_not_accepted_is_told_by_a_server_that_closes_at_once()
    {
        await using var server = new HostileServer(connection => connection.SayAsync(RawPeer.Hello, Unauthorized));
        for (int i = 0; i < 30; i++)
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options with { GiveUp = Short }).Within();
            await Assert.ThrowsAsync<UnauthorizedException>(() => client.StartAsync(RemoteCommand.Shell("x"), new()).Within());
        }
    }

    [Fact]
    public async Task Refusals_have_their_code_and_start_nothing()
    {
        foreach (string code in new[] { ErrorCode.Stopping, ErrorCode.Limit, ErrorCode.Forbidden, ErrorCode.Gone })
        {
            await using var server = HostileServer.Saying($$"""{"type":"refused","channel":1,"code":"{{code}}","text":"no"}""");
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options with { GiveUp = Short }).Within();
            var refused = await Assert.ThrowsAsync<RequestRefusedException>(
                () => client.StartAsync(RemoteCommand.Shell("x"), new()).Within());
            Assert.Equal(code, refused.Code);
        }
    }

    private static async Task SayAndDrainAsync(HostileConnection connection, params string[] frames)
    {
        await connection.SayAsync(frames);
        await connection.DrainAsync();
    }

    private static async Task<string> PemAsync()
    {
        using var folder = new TemporaryFolder();
        using (Identity.Create(folder["id.pem"]))
            return await File.ReadAllTextAsync(folder["id.pem"]);
    }
}
