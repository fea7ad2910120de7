namespace RemoteShell.Client.Tests.Connections;

/// <summary>A server that is at a limit when a request resumes may still count the lost connection, so the client asks again.</summary>
public class ResumeRefusalTests
{
    private const string Empty = """{"total":0,"digest":"crc32c:00000000"}""";

    [Theory]
    [InlineData("opened and lost")]
    [InlineData("lost before the answer")]
    public async Task Resumed_request_that_is_refused_by_a_limit_is_sent_again(string first)
    {
        const int refusals = 3;
        await using var server = new HostileServer(async connection =>
        {
            await connection.SayAsync(RawPeer.Hello);
            await connection.ReadOpenAsync();
            if (connection.Number == 1)
            {
                if (first == "opened and lost")
                    await connection.SayAsync(Opened(1));
                connection.Reset();
                return;
            }

            int channel = 1;
            for (int i = 0; i < refusals; i++, channel += 2)
            {
                await connection.SayAsync(Refused(channel));
                await connection.ReadOpenAsync();
            }

            await connection.SayAsync(Opened(channel), End(channel, "stdout"), End(channel, "stderr"), Result(channel));
            await connection.DrainAsync();
        });
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        Assert.Equal(0, (await client.RunBufferedAsync(RemoteCommand.Shell("x")).Within()).Result.ExitCode);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Server_that_stays_at_its_limit_is_given_up_with_its_refusal()
    {
        int asked = 0;
        await using var server = new HostileServer(async connection =>
        {
            await connection.SayAsync(RawPeer.Hello);
            await connection.ReadOpenAsync();
            if (connection.Number == 1)
                return;
            for (int channel = 1; ; channel += 2)
            {
                asked++;
                await connection.SayAsync(Refused(channel));
                await connection.ReadOpenAsync();
            }
        });
        ClientOptions options = server.Options with { GiveUp = TimeSpan.FromSeconds(1) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        var failure = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.RunBufferedAsync(RemoteCommand.Shell("x")).Within());
        Assert.Equal("limit", failure.Code);
        // With pauses that grow.
        Assert.InRange(asked, 2, 20);
    }

    [Fact]
    public async Task First_request_that_is_refused_by_a_limit_fails_at_once()
    {
        await using var server = HostileServer.Saying(Refused(1));
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        await Assert.ThrowsAsync<RequestRefusedException>(() => client.RunBufferedAsync(RemoteCommand.Shell("x")).Within());
    }

    [Fact]
    public async Task Removal_whose_connection_is_lost_names_the_list_of_jobs()
    {
        await using var server = new HostileServer(async connection =>
        {
            await connection.SayAsync(RawPeer.Hello);
            await connection.ReadOpenAsync();
        });
        ClientOptions options = server.Options with { GiveUp = TimeSpan.FromMilliseconds(200) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        var failure = await Assert.ThrowsAsync<ConnectionLostException>(() => client.ForgetAsync("0").Within());
        Assert.EndsWith("the job 0 may have been removed", failure.Message);
        Assert.Equal($"see whether it is still there: rsh-client jobs --all {server.Host}", failure.Hint);
    }

    private static string Opened(int channel) => $$"""{"type":"opened","channel":{{channel}},"job":"ASKED"}""";

    private static string Refused(int channel)
        => $$"""{"type":"refused","channel":{{channel}},"code":"limit","text":"this key has too many requests"}""";

    private static string End(int channel, string stream)
        => $$"""{"type":"end","channel":{{channel}},"stream":"{{stream}}",{{Empty[1..]}}""";

    private static string Result(int channel)
    {
        string streams = $$"""{"stdout":{{Empty}},"stderr":{{Empty}} }""";
        return $$"""{"type":"result","channel":{{channel}},"outcome":"exited","code":0,"streams":{{streams}} }""";
    }
}
