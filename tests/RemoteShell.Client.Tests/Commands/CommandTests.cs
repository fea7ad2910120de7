using System.Text;

namespace RemoteShell.Client.Tests.Commands;

/// <summary>A client creates commands and runs them.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private RemoteShellClient _client = null!;

    public async ValueTask InitializeAsync() => _client = await _server.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Command_can_run_twice()
    {
        RemoteCommand command = _client.Command("printf", "%s", "two words").WithTimeout(TimeSpan.FromMinutes(1));
        BufferedResult first = await command.ExecuteBufferedAsync().Within();
        BufferedResult second = await command.ExecuteBufferedAsync().Within();
        Assert.Equal(("two words", "two words", 0), (first.Output, second.Output, second.ExitCode));
        Assert.NotEqual(first.Result.JobId, second.Result.JobId);
    }

    [Fact]
    public async Task Command_uses_its_folder_variables_input_and_targets()
    {
        using MemoryStream output = new(), error = new();
        RemoteCommand command = _client.Shell("pwd; printf %s \"$WHO\"; cat; echo oops >&2; exit 4")
            .WithWorkingDirectory("/tmp")
            .WithEnvironment("WHO", "me ")
            .WithInput("中")
            .WithOutput(output)
            .WithError(error);
        CommandResult result = await command.ExecuteAsync().Within();
        Assert.Equal((CommandOutcome.Exited, "exited", 4), (result.Outcome, result.OutcomeName, result.ExitCode));
        Assert.Equal("/tmp\nme 中", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal("oops\n", Encoding.UTF8.GetString(error.ToArray()));
        Assert.Equal(5, result.Streams[OutputStream.StandardError].Bytes);
    }

    [Fact]
    public async Task With_methods_change_a_copy()
    {
        RemoteCommand plain = _client.Command("env");
        RemoteCommand changed = plain.WithEnvironment("A", "1").WithEnvironment("B", "2").WithoutEnvironment("LANG");
        Assert.Null(plain.Environment);
        Assert.Equal(["A", "B"], changed.Environment!.Keys);
        Assert.DoesNotContain("LANG=", (await changed.ExecuteBufferedAsync().Within()).Output);
    }

    [Fact]
    public async Task Buffered_output_has_the_encoding_of_its_options()
    {
        var options = new BufferOptions { Encoding = Encoding.Latin1 };
        BufferedResult result = await _client.Shell("printf '\\344'").ExecuteBufferedAsync(options).Within();
        Assert.Equal("ä", result.Output);
        Assert.Equal([0xE4], result.OutputBytes.ToArray());
    }

    [Fact]
    public async Task Output_over_the_limit_is_an_exception_and_ends_the_command()
    {
        var options = new BufferOptions { MaxBytes = 1000 };
        var failure = await Assert.ThrowsAsync<OutputLimitException>(() => _client.Shell("yes").ExecuteBufferedAsync(options).Within());
        Assert.Equal(1000, failure.Limit);
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("killed", StringComparison.Ordinal)), "the command was ended");
        BufferedResult exact = await _client.Shell("head -c 1000 /dev/zero").ExecuteBufferedAsync(options).Within();
        Assert.Equal(1000, exact.OutputBytes.Length);
    }

    [Fact]
    public async Task Lines_of_both_streams_arrive_marked()
    {
        OutputLines lines = _client.Shell("printf 'one\\r\\n\\ntwo\\nlast'; echo oops >&2; exit 3").ReadLinesAsync();
        List<OutputLine> read = [];
        await foreach (OutputLine line in lines)
            read.Add(line);
        Assert.Equal(["one", "", "two", "last"], read.Where(line => !line.IsError).Select(line => line.Text));
        Assert.Equal("oops", Assert.Single(read, line => line.IsError).Text);
        Assert.Equal(3, (await lines.Completion.Within()).ExitCode);
    }

    [Fact]
    public async Task Lines_arrive_while_the_command_runs_and_leaving_ends_it()
    {
        OutputLines lines = _client.Shell("echo begun; sleep 300").ReadLinesAsync();
        await foreach (OutputLine line in lines)
        {
            Assert.Equal("begun", line.Text);
            break;
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lines.Completion.Within());
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("killed", StringComparison.Ordinal)), "the command was ended");
    }

    [Fact]
    public async Task Many_lines_arrive_in_order_without_a_loss()
    {
        int next = 0;
        await foreach (OutputLine line in _client.Shell("seq 0 99999").ReadLinesAsync())
            Assert.Equal(next++, int.Parse(line.Text, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(100_000, next);
    }

    [Fact]
    public async Task Line_over_the_limit_is_an_exception()
    {
        OutputLines lines = _client.Shell("head -c 100000 /dev/zero").ReadLinesAsync(new() { MaxLineLength = 1000 });
        await Assert.ThrowsAsync<OutputLimitException>(async () =>
        {
            await foreach (OutputLine line in lines)
                Assert.Fail($"a line of {line.Text.Length} characters");
        });
        await Assert.ThrowsAsync<OutputLimitException>(() => lines.Completion.Within());
    }

    [Fact]
    public async Task Lines_of_a_refused_command_fail()
    {
        OutputLines lines = _client.Command("echo", new string('x', 1024 * 1024)).ReadLinesAsync();
        await Assert.ThrowsAsync<RequestRefusedException>(async () =>
        {
            await foreach (OutputLine line in lines)
                Assert.Fail(line.Text);
        });
        Assert.Throws<InvalidOperationException>(() => lines.GetAsyncEnumerator(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Disposed_job_is_ended_unless_it_is_left_running()
    {
        RemoteJob ended = await _client.Shell("sleep 300").StartAsync().Within();
        await ended.DisposeAsync();
        Assert.Equal(CommandOutcome.Killed, (await _client.WaitAsync(ended.Id).Within()).Outcome);

        RemoteJob left = await _client.Shell("sleep 300").WithDisconnectPolicy(DisconnectPolicy.Keep).StartAsync().Within();
        left.LeaveRunning();
        await left.DisposeAsync();
        Assert.Equal(JobState.Running, Assert.Single(await _client.ListJobsAsync(JobFilter.Running).Within()).State);
        await _client.KillAsync(left.Id).Within();
    }

    [Fact]
    public async Task Signal_of_a_job_reaches_the_command()
    {
        using var output = new MemoryStream();
        RemoteCommand command = _client.Shell("trap 'exit 5' INT; echo ready; while :; do sleep 0.02; done").WithOutput(output);
        await using RemoteJob job = await command.StartAsync().Within();
        await Waiting.Until(() => output.Length > 0, "the trap is set");
        await job.SignalAsync("INT").Within();
        Assert.Equal(5, (await job.Completion.Within()).ExitCode);
    }

    [Fact]
    public void Command_without_a_client_does_not_run()
        => Assert.Throws<InvalidOperationException>(() => RemoteCommand.Shell("true").ReadLinesAsync());

    [Fact]
    public async Task Key_can_come_from_memory()
    {
        string pem = await File.ReadAllTextAsync(_server.Options.IdentityFile);
        ClientOptions options = _server.ClientOptions("elsewhere") with { IdentityPem = pem };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("in\n", (await client.Shell("echo in").ExecuteBufferedAsync().Within()).Output);
        Assert.False(File.Exists(options.IdentityFile));
        Assert.DoesNotContain("PRIVATE KEY", options.ToString());
    }

    [Theory]
    [InlineData("host", null, "host:7022")]
    [InlineData("me@host:22", "me", "host:22")]
    [InlineData("a@b@[::1]:7", "a@b", "[::1]:7")]
    public void Destination_names_a_user_and_a_host(string text, string? user, string host)
    {
        ClientOptions options = ClientOptions.Parse(text);
        Assert.Equal((user, host), (options.User, options.Host.ToString()));
        Assert.Throws<FormatException>(() => ClientOptions.Parse("@host"));
    }
}
