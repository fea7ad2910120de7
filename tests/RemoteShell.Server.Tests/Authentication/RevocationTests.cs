using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Keys;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Tests.Broadcasts;

namespace RemoteShell.Server.Tests.Authentication;

/// <summary>A key that is not authorized any more loses its connections, and its jobs as the server's options say.</summary>
public sealed class RevocationTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Longer than a change of the list needs to be noticed.
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1.5);

    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server;

    public RevocationTests()
    {
        File.WriteAllText(_folder["revoked"], "# none\n");
        _server = new(options => options with { RevokedKeysFile = _folder["revoked"] });
    }

    // The id of a job.
    private string Attached { get; } = Protocol.Messages.JobId.New();

    private string List => _server.AuthorizedKeys.Path;

    private string Key => _server.Identity.PublicKey.ToString();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    public static TheoryData<string> Ways => ["removed", "expired", "revoked key", "revoked fingerprint", "another from", "empty list"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Connection_ends_within_a_second(string way)
    {
        // The best of several: other programs may use the processor.
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 4 && best >= Second; i++)
        {
            await WriteAsync(List, $"{Key} test\n");
            await WriteAsync(_folder["revoked"], "");
            await Task.Delay(Noticed, TestContext.Current.CancellationToken);
            await using RemoteShellClient client = await _server.ConnectAsync();
            Task<BufferedResult> running = client.RunBufferedAsync(RemoteCommand.Shell("sleep 300"));
            await RunningAsync(client);
            await RevokeAsync(way);
            long start = Stopwatch.GetTimestamp();
            var failure = await Assert.ThrowsAsync<UnauthorizedException>(() => running.Within());
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            best = taken < best ? taken : best;
            Assert.StartsWith($"the key {_server.Identity.PublicKey.Fingerprint} is not authorized any more", failure.Message);
            Assert.True(failure.WasAccepted);
        }

        Assert.True(best < Second, $"it took {best}");
        Assert.Contains(_server.Log, line => line.Contains("is not authorized any more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_that_another_line_still_permits_keeps_its_connection_and_options_change_for_new_ones_only()
    {
        File.AppendAllText(List, $"{Key} second\n");
        await using RemoteShellClient client = await _server.ConnectAsync();
        File.WriteAllText(List, $"no-notify {Key} second\n");
        await Task.Delay(Noticed, TestContext.Current.CancellationToken);
        await client.NotifyAsync("still connected").Within();
        Assert.DoesNotContain(_server.Log, line => line.Contains("any more", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("half a line")]
    [InlineData("written by others")]
    [InlineData("missing")]
    [InlineData("no revoked list")]
    public async Task List_that_cannot_be_read_ends_nothing_until_it_can_be(string state)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        await using RemoteShellClient client = await _server.ConnectAsync();
        string job = await client.DetachAsync(RemoteCommand.Shell("sleep 300")).Within();
        await Task.Delay(Noticed, TestContext.Current.CancellationToken);
        Break(state);
        await Task.Delay(Noticed, TestContext.Current.CancellationToken);
        await RunningAsync(client);
        Assert.Contains(_server.Log, line => line.StartsWith("the connections and jobs of all keys are kept", StringComparison.Ordinal));
        Task<CommandResult> waiting = client.WaitAsync(job);
        File.WriteAllText(_folder["revoked"], $"{_server.Identity.PublicKey.Fingerprint}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["revoked"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await WriteAsync(List, $"{Key} test\n");
        await Assert.ThrowsAsync<UnauthorizedException>(() => waiting.Within());
    }

    [Fact]
    public async Task Jobs_of_a_removed_key_are_ended_with_that_reason_and_those_of_others_are_not()
    {
        ClientOptions others = Authorize("other");
        await using RemoteShellClient other = await RemoteShellClient.ConnectAsync(others).Within();
        string kept = await other.DetachAsync(RemoteCommand.Shell("sleep 300")).Within();
        await using RemoteShellClient client = await _server.ConnectAsync();
        string detached = await client.DetachAsync(RemoteCommand.Shell("sleep 300")).Within();
        string held = await client.DetachAsync(RemoteCommand.Shell("head -c 2000000 /dev/zero; sleep 300")).Within();
        RemoteCommand command = RemoteCommand.Shell("sleep 300") with { JobId = Attached, OnDisconnect = DisconnectPolicy.Keep };
        Task<BufferedResult> attached = client.RunBufferedAsync(command);
        await UntilRunningAsync(client, Attached);
        string all = File.ReadAllText(List);
        File.WriteAllLines(List, File.ReadAllLines(List).Where(line => !line.Contains(Key, StringComparison.Ordinal)));
        await Assert.ThrowsAsync<UnauthorizedException>(() => attached.Within());
        await UntilEndedAsync();
        File.WriteAllText(List, all);
        await using RemoteShellClient again = await _server.ConnectAsync();
        foreach (string job in (string[])[detached, held, Attached])
        {
            CommandResult result = await again.WaitAsync(job).Within();
            Assert.Equal((CommandOutcome.KilledByPolicy, "the key was revoked"), (result.Outcome, result.Reason));
        }

        Assert.Equal(JobState.Running, (await other.ListJobsAsync().Within()).Single(job => job.Id == kept).State);
        await other.KillAsync(kept).Within();
    }

    [Fact]
    public async Task Job_of_a_key_that_is_added_while_a_change_is_decided_goes_on()
    {
        // The jobs are looked at twice after a change, the second time up to a second later.
        for (int round = 0; round < 6; round++)
        {
            await File.AppendAllTextAsync(List, $"# {round}\n");
            await Task.Delay(TimeSpan.FromMilliseconds(150 * round), TestContext.Current.CancellationToken);
            ClientOptions own = _server.ClientOptions($"other{round}");
            using var identity = Identity.LoadOrCreate(own.IdentityFile);
            _server.AuthorizedKeys.Add($"{identity.PublicKey} other");
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own).Within();
            BufferedResult result = await client.RunBufferedAsync(RemoteCommand.Shell("sleep 1.5")).Within();
            Assert.Equal((CommandOutcome.Exited, 0), (result.Outcome, result.ExitCode));
        }
    }

    [Fact]
    public async Task Commands_of_a_removed_key_run_on_with_keep_whatever_their_policy_says()
    {
        _server.Server.Apply(_server.ServerOptions with { OnRevoke = OnRevoke.Keep });
        await using RemoteShellClient client = await _server.ConnectAsync();
        string detached = await client.DetachAsync(RemoteCommand.Shell("sleep 300")).Within();
        RemoteCommand command = RemoteCommand.Shell("read x < go; echo $x") with
        {
            JobId = Attached,
            WorkingDirectory = _folder.Path,
            OnDisconnect = DisconnectPolicy.Kill,
        };
        await MakeFifoAsync("go");
        Task<BufferedResult> attached = client.RunBufferedAsync(command);
        await UntilRunningAsync(client, Attached);
        string all = File.ReadAllText(List);
        File.WriteAllText(List, "# none\n");
        await Assert.ThrowsAsync<UnauthorizedException>(() => attached.Within());
        await Task.Delay(Noticed, TestContext.Current.CancellationToken);
        File.WriteAllText(List, all);
        await using RemoteShellClient again = await _server.ConnectAsync();
        await UntilRunningAsync(again, Attached);
        await UntilRunningAsync(again, detached);
        await File.WriteAllTextAsync(_folder["go"], "went on\n", TestContext.Current.CancellationToken).Within();
        Assert.Equal((CommandOutcome.Exited, 0), Of(await again.WaitAsync(Attached).Within()));
        await again.KillAsync(detached).Within();
    }

    [Fact]
    public async Task Connection_from_an_address_that_is_not_permitted_any_more_ends_and_its_detached_jobs_do_not()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string detached = await client.DetachAsync(RemoteCommand.Shell("sleep 300")).Within();
        Task<BufferedResult> running = client.RunBufferedAsync(RemoteCommand.Shell("sleep 300"));
        string all = File.ReadAllText(List);
        await RevokeAsync("another from");
        var failure = await Assert.ThrowsAsync<UnauthorizedException>(() => running.Within());
        Assert.EndsWith("the key may not be used from 127.0.0.1", failure.Message);
        File.WriteAllText(List, all);
        await using RemoteShellClient again = await _server.ConnectAsync();
        await UntilRunningAsync(again, detached);
        await again.KillAsync(detached).Within();
    }

    [Fact]
    public async Task Detached_job_of_a_key_that_was_removed_while_the_server_was_down_is_ended()
    {
        ClientOptions others = Authorize("other");
        string detached;
        await using (RemoteShellClient client = await RemoteShellClient.ConnectAsync(others).Within())
            detached = await client.DetachAsync(RemoteCommand.Shell("sleep 300")).Within();
        string all = File.ReadAllText(List);
        await _server.Server.DisposeAsync();
        File.WriteAllText(List, $"{Key} test\n");
        await _server.RestartAsync();
        await UntilEndedAsync();
        File.WriteAllText(List, all);
        await using RemoteShellClient again = await RemoteShellClient.ConnectAsync(others).Within();
        CommandResult result = await again.WaitAsync(detached).Within();
        Assert.Equal((CommandOutcome.KilledByPolicy, "the key was revoked"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Signed_request_of_a_revoked_key_starts_nothing_and_its_running_job_is_ended()
    {
        var broker = new Broadcaster(_server);
        Task<BroadcastResult> running = broker.AskAsync(broker.Request("echo begun >&2; sleep 300"));
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("sleep 300", StringComparison.Ordinal)), "the job runs");
        File.WriteAllText(_folder["revoked"], $"{_server.Identity.PublicKey.Fingerprint} stolen\n");
        BroadcastResult result = await running.Within();
        Assert.Equal(("killed-by-policy", "the key was revoked"), (result.Outcome, result.Reason));
        SignedText another = broker.Request("true").Sign(_server.Identity);
        Assert.Empty(await broker.SendAsync([.. broker.Host.ToBytes(), .. another.ToBytes()]).Within());
        Assert.Contains(_server.Log, line => line.EndsWith("is revoked", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("authorized line")]
    [InlineData("revoked key of ssh")]
    [InlineData("revoked key of TLS")]
    public async Task Client_with_a_key_of_ssh_is_disconnected(string way)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string file = SshKeygen.MakeKey(_folder, "ed25519"), text = File.ReadAllText($"{file}.pub");
        string before = File.ReadAllText(List);
        _server.AuthorizedKeys.Add(text);
        ClientOptions options = _server.ClientOptions("laptop") with { Key = new KeygenSigner(file) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Task<BufferedResult> running = client.RunBufferedAsync(RemoteCommand.Shell("sleep 300"));
        await RunningAsync(client);
        using var own = Protocol.Transport.Identity.Load(options.IdentityFile);
        if (way == "authorized line")
            File.WriteAllText(List, before);
        else
            File.WriteAllText(_folder["revoked"], way.EndsWith("TLS", StringComparison.Ordinal) ? $"{own.PublicKey}\n" : text);
        await Assert.ThrowsAsync<UnauthorizedException>(() => running.Within());
        await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(options).Within());
    }

    [Theory]
    [InlineData("authority removed", true)]
    [InlineData("authority expired", true)]
    [InlineData("another principal", true)]
    [InlineData("revoked authority", true)]
    [InlineData("revoked key", true)]
    [InlineData("expired certificate", false)]
    public async Task Client_with_a_certificate_is_disconnected_and_loses_its_jobs_unless_it_can_renew_it(string way, bool losesJobs)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string authority = SshKeygen.MakeKey(_folder, "ed25519"), file = SshKeygen.MakeKey(_folder, "ed25519");
        string line = File.ReadAllText($"{authority}.pub"), before = File.ReadAllText(List);
        bool isShort = way == "expired certificate";
        ClientOptions Certify(string times)
        {
            SshKeygen.Certify(authority, file, ["-I", "id", "-n", "staff", "-V", times]);
            return _server.ClientOptions("laptop") with { Key = new FileSigner(file, agent: null) };
        }

        await WriteAsync(List, $"{before}cert-authority,principals=\"staff\" {line}");
        ClientOptions options = Certify(isShort ? "-1m:+4s" : "-1m:+1d");
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        string job = await client.DetachAsync(RemoteCommand.Shell("sleep 300")).Within();
        Task<CommandResult> waiting = client.WaitAsync(job);
        string text = way switch
        {
            "authority removed" => "",
            "authority expired" => $"cert-authority,principals=\"staff\",expiry-time=\"20200101\" {line}",
            "another principal" => $"cert-authority,principals=\"admins\" {line}",
            _ => $"cert-authority,principals=\"staff\" {line}",
        };
        await WriteAsync(List, $"{before}{text}");
        if (way.StartsWith("revoked", StringComparison.Ordinal))
            await WriteAsync(_folder["revoked"], way == "revoked key" ? File.ReadAllText($"{file}.pub") : line);
        await Assert.ThrowsAsync<UnauthorizedException>(() => waiting.Within());
        await Task.Delay(Noticed, TestContext.Current.CancellationToken);
        await WriteAsync(_folder["revoked"], "");
        await WriteAsync(List, $"{before}cert-authority,principals=\"staff\" {line}");
        await using RemoteShellClient again = await RemoteShellClient.ConnectAsync(Certify("-1m:+1d")).Within();
        CommandResult result = await (losesJobs ? again.WaitAsync(job) : again.KillAsync(job)).Within();
        Assert.Equal(losesJobs ? CommandOutcome.KilledByPolicy : CommandOutcome.Killed, result.Outcome);
    }

    [Fact]
    public async Task Nobody_is_authorized_while_the_revoked_keys_cannot_be_read()
    {
        File.Delete(_folder["revoked"]);
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(_server.ConnectAsync);
        Assert.Contains("cannot read its list", refusal.Message);
        Assert.Contains(_server.Log, line => line.StartsWith("nobody is authorized: ", StringComparison.Ordinal));
        File.WriteAllText(_folder["revoked"], "ssh-rsa notAKey\n");
        await using RemoteShellClient client = await _server.ConnectAsync();
        Assert.Contains(_server.Log, line => line.Contains("revoked line 1 is ignored: ", StringComparison.Ordinal));
    }

    private static (CommandOutcome Outcome, int Code) Of(CommandResult result) => (result.Outcome, result.ExitCode);

    private async Task RevokeAsync(string way)
    {
        switch (way)
        {
            case "removed":
                await WriteAsync(List, $"# {Key}\n");
                break;
            case "expired":
                await WriteAsync(List, $"expiry-time=\"20200101\" {Key} test\n");
                break;
            case "revoked key":
                await WriteAsync(_folder["revoked"], $"# stolen\n{Key}\n");
                break;
            case "revoked fingerprint":
                await WriteAsync(_folder["revoked"], $"{_server.Identity.PublicKey.Fingerprint}\n");
                break;
            case "another from":
                await WriteAsync(List, $"from=\"203.0.113.0/24\" {Key} test\n");
                break;
            default:
                await WriteAsync(List, "");
                break;
        }
    }

    private void Break(string state)
    {
        switch (state)
        {
            case "half a line":
                File.WriteAllText(List, Key[..^20]);
                break;
            case "written by others" when !OperatingSystem.IsWindows():
                File.WriteAllText(List, "# none\n");
                File.SetUnixFileMode(List, File.GetUnixFileMode(List) | UnixFileMode.OtherWrite);
                File.Move(List, $"{List}.aside");
                File.Copy($"{List}.aside", List);
                File.SetUnixFileMode(List, File.GetUnixFileMode(List) | UnixFileMode.OtherWrite);
                break;
            case "missing":
                File.Delete(List);
                break;
            default:
                File.Delete(_folder["revoked"]);
                break;
        }
    }

    // With the mode of a private file, in one go.
    private static async Task WriteAsync(string path, string text)
    {
        string aside = $"{path}.new";
        await File.WriteAllTextAsync(aside, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(aside, path, overwrite: true);
    }

    private ClientOptions Authorize(string name)
    {
        ClientOptions options = _server.ClientOptions(name);
        using var identity = Protocol.Transport.Identity.LoadOrCreate(options.IdentityFile);
        _server.AuthorizedKeys.Add($"{identity.PublicKey} {name}");
        return options;
    }

    private async Task MakeFifoAsync(string name)
    {
        using var make = Process.Start("mkfifo", _folder[name]);
        await make.WaitForExitAsync().Within();
        Assert.Equal(0, make.ExitCode);
    }

    private Task UntilEndedAsync() => Waiting.Until(
        () => _server.Log.Any(line => line.Contains("are ended: the key was revoked", StringComparison.Ordinal)), "the jobs are ended");

    private static Task RunningAsync(RemoteShellClient client) => Waiting.UntilAsync(
        async () => (await client.ListJobsAsync().Within()).Any(job => job.State == JobState.Running), "a job runs");

    private static async Task UntilRunningAsync(RemoteShellClient client, string id) => await Waiting.UntilAsync(
        async () => (await client.ListJobsAsync().Within()).Any(job => job.Id == id && job.State is (JobState.Running or JobState.Paused)),
        "the job runs");
}
