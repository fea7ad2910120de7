namespace RemoteShell.Client.Tests;

/// <summary>A signal that comes while a line begins keeps the line from running, or reaches what it runs.</summary>
public sealed class EarlyLineSignalTests : IAsyncLifetime
{
    private const string Bash = "/bin/bash";
    private const int Lines = 200;

    private TestServer _server = null!;
    private RemoteShellClient _client = null!;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Line_ends_at_a_signal_that_is_sent_as_soon_as_the_line_has_an_id(string signal)
    {
        await using RemoteConversation talk = await _client.StartConversationAsync(InFolder(), new()).Within();
        Assert.Equal(0, (await RunAsync(talk, "mkfifo go")).ExitCode);
        for (int i = 0; i < Lines; i++)
        {
            RemoteJob line = await talk.StartLineAsync("cat go", new()).Within();
            line.Signal(signal);
            Assert.NotEqual(0, (await line.Completion.Within()).ExitCode);
        }

        Assert.Equal(4, (await RunAsync(talk, "(exit 4)")).ExitCode);
    }

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
        Assert.SkipUnless(File.Exists(Bash), $"needs {Bash}, which is not installed");
        _server = new(options => options with { Shell = Bash });
        _client = await _server.ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private ConversationOptions InFolder() => new() { WorkingDirectory = _server.Folder };

    private static async Task<CommandResult> RunAsync(RemoteConversation talk, string line)
        => await (await talk.StartLineAsync(line, new()).Within()).Completion.Within();
}
