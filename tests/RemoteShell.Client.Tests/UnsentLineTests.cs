namespace RemoteShell.Client.Tests;

/// <summary>Lines of a conversation that are cancelled while there is no connection.</summary>
public sealed class UnsentLineTests
{
    [Fact]
    public async Task Line_that_is_cancelled_before_it_was_sent_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        await using RemoteShellClient client
            = await RemoteShellClient.ConnectAsync(server.Options with { Host = new("127.0.0.1", relay.Address.Port) }).Within();
        await using RemoteConversation conversation = await client.StartConversationAsync(new(), new()).Within();
        relay.IsDown = true;
        relay.Cut();
        await Waiting.Until(() => !client.IsConnected, "the connection is lost");
        using var cancelled = new CancellationTokenSource();
        string file = Path.Combine(server.Folder, "made");
        Task<RemoteJob> starting = conversation.StartLineAsync($"> {file}", new(), cancelled.Token);
        await cancelled.CancelAsync();
        await Waiting.Until(() => starting.IsCompleted, "the line is dropped");
        await Assert.ThrowsAsync<RequestNotSentException>(() => starting);
        relay.IsDown = false;
        await client.RunBufferedAsync(conversation.LineCommand("true")).Within();
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Line_that_is_too_long_is_refused_with_its_size_and_the_limit_in_bytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await using RemoteConversation conversation = await client.StartConversationAsync(new(), new()).Within();
        string quotes = new('\'', 100_000);
        BufferedResult result = await client.RunBufferedAsync(conversation.LineCommand($"echo \"{quotes}\" | wc -c")).Within();
        Assert.Equal("100001", result.Output.Trim());
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(
            () => conversation.StartLineAsync(new('x', 300_000), new()).Within());
        Assert.StartsWith("the line is too long: it takes 300", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("the limit is 261632 bytes", refused.Message, StringComparison.Ordinal);
    }
}
