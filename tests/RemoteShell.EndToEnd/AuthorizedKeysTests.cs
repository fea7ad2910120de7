using System.Diagnostics;

namespace RemoteShell.EndToEnd;

/// <summary>Lists of keys beside the server's own, such as that of sshd, with the programs.</summary>
public sealed class AuthorizedKeysTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Programs _programs = new();
    private readonly string _key;

    public AuthorizedKeysTests()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        _key = SshKeygen.MakeKey(_folder, "ed25519");
        Write(Line);
    }

    private string List => _folder["authorized_keys"];

    private string Line => File.ReadAllText($"{_key}.pub").Trim();

    public async ValueTask InitializeAsync()
        => await _programs.StartServerAsync("--authorized-keys", _folder["missing"], "--authorized-keys", List);

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Key_in_a_further_list_is_let_in_and_loses_its_command_within_a_second()
    {
        // The best of several: other programs may use the processor.
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 4 && best >= TimeSpan.FromSeconds(1); i++)
        {
            Write(Line);
            string started = _folder[$"started{i}"];
            Task<Output> command = RunAsync($"touch {started}; sleep 300");
            await Waiting.Until(() => File.Exists(started), "the command has started");
            Write("# nobody");
            long start = Stopwatch.GetTimestamp();
            Output output = await command;
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            best = taken < best ? taken : best;
            Assert.Equal(255, output.Status);
            Assert.Contains("is not authorized any more", output.Error, StringComparison.Ordinal);
        }

        Assert.True(best < TimeSpan.FromSeconds(1), $"it took {best}");
        Assert.Equal(255, (await RunAsync("true")).Status);
    }

    [Fact]
    public async Task Key_that_leaves_one_list_but_stands_in_another_stays()
    {
        Assert.Equal(0, (await ServerAsync("authorize", $"{_key}.pub")).Status);
        string started = _folder["started"], go = _folder["go"];
        Task<Output> command = RunAsync($"touch {started}; while [ ! -e {go} ]; do sleep 0.1; done; echo done");
        await Waiting.Until(() => File.Exists(started), "the command has started");
        Write("# nobody");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        Output output = await command;
        Assert.Equal((0, "done\n"), (output.Status, output.Text));
        // The command that writes has not touched the other list.
        Assert.Equal("# nobody\n", await File.ReadAllTextAsync(List, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Line_and_file_of_an_option_are_named_in_the_log_and_by_explain()
    {
        Write("# first", $"principals=\"x\",no-pty,tunnel=\"1\" {Line}", $"deny=\"shell\" {Line}");
        Assert.Equal(255, (await RunAsync("true")).Status);
        string[] log = _programs.Log;
        Assert.Contains(log, line => Has(line, "there is no list of keys", _folder["missing"]));
        Assert.Contains(log, line => Has(line, "is ignored", List, "tunnel"));
        Assert.Contains(log, line => Has(line, "may not", "deny=", List));
        string fingerprint = SshKeygen.Run("-lf", $"{_key}.pub").Split(' ')[1];
        Output explained = await ServerAsync("authorize", "--explain", "--authorized-keys", List, fingerprint, "shell");
        Assert.Equal((1, $"{List}:3: refused by deny=\"shell\"\n"), (explained.Status, explained.Text));
        Output unknown = await ServerAsync("authorize", "--explain", fingerprint, "shell");
        Assert.Equal((1, ""), (unknown.Status, unknown.Text));
    }

    [Fact]
    public async Task Others_who_may_write_a_further_list_close_the_server()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        Assert.Equal(0, (await RunAsync("true")).Status);
        SetMode(List, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        Output refused = await RunAsync("true");
        Assert.Equal(255, refused.Status);
        Assert.Contains("cannot read its list of authorized keys", refused.Error, StringComparison.Ordinal);
        Output check = await ServerAsync("run", "--check", "--authorized-keys", List);
        Assert.Equal(1, check.Status);
        Assert.Contains($"chmod go-rwx '{List}'", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_uses_of_the_option_are_usage_errors()
    {
        Assert.Equal(2, (await ServerAsync("run", "--authorized-keys", "")).Status);
        Output added = await ServerAsync("authorize", "--authorized-keys", List, $"{_key}.pub");
        Assert.Equal(2, added.Status);
        Assert.Contains("needs --explain", added.Error, StringComparison.Ordinal);
    }

    private static bool Has(string line, params string[] texts)
        => texts.All(text => line.Contains(JsonText(text), StringComparison.Ordinal));

    // The log is JSON.
    private static string JsonText(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();

    // In one step, as a careful administrator does.
    private void Write(params string[] lines)
    {
        File.WriteAllLines($"{List}.new", lines);
        SetMode($"{List}.new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move($"{List}.new", List, overwrite: true);
    }

    private static void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
    }

    private Task<Output> RunAsync(string line)
        => _programs.ClientAsync("run", "--accept-new", "--identity", _key, _programs.Host, line);

    private Task<Output> ServerAsync(params string[] arguments) => _programs.RunAsync("rsh-server", arguments, "");
}
