using RemoteShell.Protocol;
using RemoteShell.Server;

namespace RemoteShell.Client.Tests;

/// <summary>Lines of a conversation that name the line that must have run before them.</summary>
public sealed class FollowingLineTests
{
    private const string Gone = "0123456789abcdef";

    [Fact]
    public async Task Line_that_is_sent_while_another_runs_begins_when_that_has_ended()
    {
        await using Talk talk = await Talk.StartAsync();
        RemoteJob first = await talk.WaitingAsync("x=1");
        RemoteJob second = await talk.StartAsync("echo x$x > said", first);
        Assert.False(File.Exists(talk["said"]));
        talk.Go();
        Assert.Equal(CommandOutcome.Exited, (await first.Completion.Within()).Outcome);
        Assert.Equal(CommandOutcome.Exited, (await second.Completion.Within()).Outcome);
        Assert.Equal("x1\n", await File.ReadAllTextAsync(talk["said"]));
    }

    [Fact]
    public async Task Line_never_starts_after_one_that_never_started()
    {
        await using Talk talk = await Talk.StartAsync();
        RemoteJob restricting = await talk.WaitingAsync("set -r");
        RemoteJob refused = await talk.StartAsync("true", restricting);
        RemoteJob last = await talk.StartAsync("true", refused);
        talk.Go();
        await SaysAsync(refused, "the shell is restricted");
        await SaysAsync(last, "the line before it was not run");
    }

    [Fact]
    public async Task Line_never_starts_after_one_that_ended_the_shell()
    {
        await using Talk talk = await Talk.StartAsync();
        RemoteJob first = await talk.WaitingAsync("exit 3");
        RemoteJob shell = await talk.StartAsync("> made", first), builtin = await talk.StartAsync("calc 1+1", first);
        talk.Go();
        Assert.Equal(3, (await first.Completion.Within()).ExitCode);
        await SaysAsync(shell, "the shell of the conversation has ended");
        await SaysAsync(builtin, "the shell of the conversation has ended");
        Assert.False(File.Exists(talk["made"]));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Line_never_starts_after_one_that_was_sent_a_signal(string signal)
    {
        await using Talk talk = await Talk.StartAsync();
        RemoteJob first = await talk.WaitingAsync("true");
        RemoteJob second = await talk.StartAsync("> made", first);
        await first.SignalAsync(signal).Within();
        Assert.NotEqual(0, (await first.Completion.Within()).ExitCode);
        await SaysAsync(second, "the line before it was interrupted");
        Assert.False(File.Exists(talk["made"]));
        RemoteJob later = await talk.StartAsync("true", null);
        Assert.Equal(0, (await later.Completion.Within()).ExitCode);
    }

    [Fact]
    public async Task Line_that_gets_a_signal_before_it_begins_never_starts()
    {
        await using Talk talk = await Talk.StartAsync();
        RemoteJob first = await talk.WaitingAsync("true");
        RemoteJob second = await talk.StartAsync("> made", first), third = await talk.StartAsync("> made", second);
        second.Signal("INT");
        await SaysAsync(second, "it was interrupted before it began");
        await SaysAsync(third, "the line before it was interrupted");
        talk.Go();
        Assert.Equal(0, (await first.Completion.Within()).ExitCode);
        Assert.False(File.Exists(talk["made"]));
    }

    [Fact]
    public async Task Line_never_starts_if_its_client_leaves_while_it_waits()
    {
        await using Talk talk = await Talk.StartAsync();
        RemoteJob first = await talk.WaitingAsync("true");
        RemoteJob second = await talk.StartAsync("> made", first);
        await second.DisposeAsync().Within();
        await Waiting.Until(
            () => talk.Server.Log.Any(text => text.Contains(second.Id, StringComparison.Ordinal) && text.Contains("never-started")),
            "the line has ended");
        talk.Go();
        Assert.Equal(0, (await first.Completion.Within()).ExitCode);
        Assert.False(File.Exists(talk["made"]));
    }

    [Fact]
    public async Task Line_cannot_follow_a_job_that_is_not_a_line_of_its_conversation()
    {
        await using Talk talk = await Talk.StartAsync();
        await using RemoteConversation other = await talk.Client.StartConversationAsync(new(), new()).Within();
        RemoteJob foreign = await other.StartLineAsync("true", new()).Within();
        RemoteJob command = await talk.Client.StartAsync(RemoteCommand.Shell("true"), new()).Within();
        foreach (string id in (string[])[Gone, foreign.Id, command.Id, talk.Conversation.Id])
        {
            RemoteCommand line = talk.Conversation.LineCommand("true") with { After = id };
            var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => talk.Client.StartAsync(line, new()).Within());
            Assert.Equal(ErrorCode.BadRequest, refused.Code);
        }

        RemoteCommand notLine = RemoteCommand.Shell("true") with { After = command.Id };
        var invalid = await Assert.ThrowsAsync<RequestRefusedException>(() => talk.Client.StartAsync(notLine, new()).Within());
        Assert.Contains("only a line can follow a line", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_can_follow_a_line_that_the_server_has_forgotten()
    {
        await using Talk talk = await Talk.StartAsync(options => options with
        {
            KeepJobs = 0,
            Limits = options.Limits with { Jobs = 2 },
        });
        RemoteJob before = await talk.StartAsync("true", null);
        await before.Completion.Within();
        // Jobs that have ended are forgotten when some more have.
        await Waiting.Until(
            () =>
            {
                talk.Client.RunAsync(RemoteCommand.Shell("true"), new()).Within().GetAwaiter().GetResult();
                return talk.Client.ListJobsAsync(JobFilter.All).Within().GetAwaiter().GetResult().All(job => job.Id != before.Id);
            },
            "the line is forgotten");
        RemoteJob last = await talk.StartAsync("(exit 4)", before);
        Assert.Equal(4, (await last.Completion.Within()).ExitCode);
    }

    private static async Task SaysAsync(RemoteJob job, string reason)
    {
        CommandResult result = await job.Completion.Within();
        Assert.Equal(CommandOutcome.NeverStarted, result.Outcome);
        Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
    }

    /// <summary>A server, a client and a conversation in the server's folder.</summary>
    private sealed class Talk : IAsyncDisposable
    {
        public required TestServer Server { get; init; }

        public required RemoteShellClient Client { get; init; }

        public required RemoteConversation Conversation { get; init; }

        public string this[string name] => Path.Combine(Server.Folder, name);

        public static async Task<Talk> StartAsync(Func<ServerOptions, ServerOptions>? configure = null)
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
            const string shell = "/bin/bash";
            Assert.SkipUnless(File.Exists(shell), $"needs {shell}, which is not installed");
            var server = new TestServer(options => (configure?.Invoke(options) ?? options) with { Shell = shell });
            RemoteShellClient client = await server.ConnectAsync();
            var options = new ConversationOptions { WorkingDirectory = server.Folder };
            return new() { Server = server, Client = client, Conversation = await client.StartConversationAsync(options, new()).Within() };
        }

        /// <summary>Starts a line that waits for <see cref="Go"/> and then runs a command.</summary>
        /// <remarks>It waits in one process. Of a loop, bash drops an interrupt that comes just when a process of it ends.</remarks>
        public async Task<RemoteJob> WaitingAsync(string command)
        {
            RemoteJob pipe = await StartAsync("mkfifo go", null);
            Assert.Equal(0, (await pipe.Completion.Within()).ExitCode);
            return await StartAsync($"cat go >/dev/null && {command}", null);
        }

        public Task<RemoteJob> StartAsync(string line, RemoteJob? after)
            => Client.StartAsync(Conversation.LineCommand(line) with { After = after?.Id }, new()).Within();

        public void Go() => File.WriteAllText(this["go"], "");

        public async ValueTask DisposeAsync()
        {
            await Conversation.DisposeAsync();
            await Client.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
