using System.Diagnostics;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd;

/// <summary>What surrounds the programs is not as usual: signals, folders, variables, files that others change too.</summary>
public class SurroundingsTests : IAsyncLifetime
{
    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task Exit_status_names_the_signal_that_ended_the_client(string signal, int status)
    {
        using Process client = _programs.Start("rsh-client", "run", _programs.Host, "echo ready; sleep 60");
        Assert.Equal("ready", await client.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(client, signal);
        await client.WaitForExitAsync().Within();
        Assert.Equal(status, client.ExitCode);
    }

    [Fact]
    public async Task Exit_status_names_the_signal_that_ended_a_wait()
    {
        string job = (await _programs.ClientAsync("run", "--detach", _programs.Host, "sleep 60")).Text.Trim();
        using Process client = _programs.Start("rsh-client", "logs", "--follow", _programs.Host, job);
        await Waiting.UntilAsync(
            async () => (await _programs.ClientAsync("who", "--json", _programs.Host)).Text.Contains("logs", StringComparison.Ordinal),
            "the client follows the job");
        Programs.Signal(client, "TERM");
        await client.WaitForExitAsync().Within();
        Assert.Equal(143, client.ExitCode);
        Assert.Equal(0, (await _programs.ClientAsync("kill", _programs.Host, job)).Status);
    }

    [Fact]
    public async Task Large_json_output_leaves_no_file_when_the_client_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/PID/fd");
        string folder = Directory.CreateDirectory(Path.Combine(_programs.Home, "tmp")).FullName;
        using Process client = _programs.StartIn(
            new Dictionary<string, string> { ["TMPDIR"] = folder },
            "rsh-client", "run", "--json", _programs.Host, "head -c 5000000 /dev/zero; sleep 60");
        await Waiting.Until(() => Opened(client).Any(path => path.StartsWith(folder, StringComparison.Ordinal)), "the output is stored");
        // Right after it is made, the file still has its name.
        await Waiting.Until(() => Directory.GetFiles(folder, "rsh-client-*").Length == 0, "the file has no name");
        client.Kill();
        await client.WaitForExitAsync().Within();
        Assert.Empty(Directory.GetFiles(folder, "rsh-client-*"));
    }

    [Fact]
    public async Task Missing_temporary_folder_is_noticed_before_the_command_runs()
    {
        Output output = await _programs.ShellAsync("TMPDIR=/nonexistent exec \"$C\" run --json \"$H\" touch \"$RSH_HOME/ran\"");
        Assert.Equal((255, ""), (output.Status, output.Text));
        Assert.Contains("/nonexistent/ is not a folder", output.Error);
        Assert.Contains("TMPDIR", output.Error);
        Assert.False(File.Exists(Path.Combine(_programs.Home, "ran")));
    }

    [Fact]
    public async Task Deleted_current_folder_is_named()
    {
        Output output = await _programs.ShellAsync("mkdir d; cd d; rmdir ../d; exec \"$C\" get \"$H:/etc/hostname\"");
        Assert.Equal(1, output.Status);
        Assert.Contains("the current folder does not exist", output.Error);
        output = await _programs.ShellAsync("mkdir d; cd d; rmdir ../d; RSH_HOME=relative exec \"$C\" run \"$H\" true");
        Assert.Equal(255, output.Status);
        Assert.Contains("the current folder does not exist", output.Error);
    }

    [Fact]
    public async Task Unwritable_known_hosts_is_a_warning_for_an_accepted_key()
    {
        string known = Path.Combine(_programs.Home, "client", "known_hosts");
        File.Delete(known);
        // Not even root can write to a folder.
        Directory.CreateDirectory(known);
        Output output = await _programs.ClientAsync("run", "--accept-new", _programs.Host, "echo ran; exit 3");
        Assert.Equal((3, "ran\n"), (output.Status, output.Text));
        Assert.Contains("cannot be stored in known_hosts", output.Error);
        Assert.Equal(255, (await _programs.ClientAsync("run", _programs.Host, "true")).Status);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Lack_of_descriptors_is_a_message(int limit)
    {
        string? native = Environment.GetEnvironmentVariable("RSH_TEST_PROGRAMS");
        Assert.SkipUnless(native is { Length: > 0 }, "needs native programs: the runtime of others does not start with so few descriptors");
        Output output = await _programs.ShellAsync($"ulimit -n {limit}; exec \"$C\" run \"$H\" true");
        Assert.Equal(255, output.Status);
        Assert.StartsWith("rsh-client: ", output.Error);
        Assert.Contains("Too many open files", output.Error);
        Assert.DoesNotContain("bug", output.Error);
    }

    [Theory]
    [InlineData("RSH_HOME", "exec \"$C\" keygen")]
    [InlineData("RSH_HOME", "exec \"$C\" run \"$H\" true")]
    [InlineData("XDG_CONFIG_HOME", "unset RSH_HOME; exec \"$C\" keygen")]
    [InlineData("HOME", "unset RSH_HOME; exec \"$C\" keygen")]
    public async Task Folder_that_is_not_utf8_is_refused(string variable, string script)
    {
        Output output = await _programs.ShellAsync($"{variable}=\"$PWD/$(printf 'x\\377')\"; export {variable}; {script}");
        Assert.Equal(255, output.Status);
        Assert.Contains($"{variable} is not valid UTF-8", output.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_programs.Home, "x*"));
    }

    [Fact]
    public async Task Server_refuses_a_folder_that_is_not_utf8()
    {
        Output output = await _programs.ShellAsync("RSH_HOME=\"$PWD/$(printf 'x\\377')\" exec \"$S\" fingerprint");
        Assert.Equal(1, output.Status);
        Assert.Contains("RSH_HOME is not valid UTF-8", output.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_programs.Home, "x*"));
    }

    [Theory]
    [InlineData("RSH_HOME=/proc/x exec \"$C\" keygen", 1, "rsh-client: /proc/x")]
    [InlineData("RSH_HOME=/dev/null exec \"$C\" keygen", 1, "rsh-client: /dev/null")]
    [InlineData("RSH_HOME=/proc/x exec \"$S\" fingerprint", 1, "rsh-server: /proc/x")]
    public async Task File_failures_have_words_of_their_own(string script, int status, string start)
    {
        Output output = await _programs.ShellAsync(script);
        Assert.Equal(status, output.Status);
        Assert.StartsWith(start, output.Error);
        Assert.DoesNotContain("Could not find", output.Error);
        Assert.DoesNotContain("Access to the path", output.Error);
        Assert.DoesNotContain("The file '", output.Error);
    }

    [Fact]
    public async Task Keys_authorized_at_the_same_time_are_all_there()
    {
        string keys = Directory.CreateDirectory(Path.Combine(_programs.Home, "keys")).FullName;
        const int count = 10;
        for (int i = 0; i < count; i++)
        {
            using var identity = Identity.Create(Path.Combine(keys, $"{i}.pem"));
            await File.WriteAllTextAsync(Path.Combine(keys, $"{i}.pub"), $"{identity.PublicKey} {new string('c', 10 * i)}\n");
        }

        // The last line that an editor left has no end.
        string authorized = Path.Combine(_programs.Home, "server", "authorized_keys");
        string before = (await File.ReadAllTextAsync(authorized)).TrimEnd();
        await File.WriteAllTextAsync(authorized, before);
        Output output = await _programs.ShellAsync($"printf '%s\\n' {keys}/*.pub {keys}/*.pub | xargs -P 10 -n 1 \"$S\" authorize");
        Assert.Equal(0, output.Status);
        string[] lines = await File.ReadAllLinesAsync(authorized);
        string[] expected = [before, .. Enumerable.Range(0, count).Select(i => File.ReadAllText(Path.Combine(keys, $"{i}.pub")).Trim())];
        Assert.Equal(expected.Order(), lines.Order());
    }

    [Fact]
    public async Task Key_of_another_type_is_named()
    {
        const string key = "ssh-dss AAAAB3NzaC1kc3M= anna@laptop";
        foreach (string line in new[] { key, $"from=\"10.0.0.0/8\" {key}" })
        {
            Output output = await _programs.RunAsync("rsh-server", ["authorize", line], "");
            Assert.Equal(1, output.Status);
            Assert.Contains("a key of the type ssh-dss is not supported", output.Error);
        }
    }

    private static string[] Opened(Process process)
    {
        try
        {
            return [.. Directory.GetFiles($"/proc/{process.Id}/fd").Select(path => new FileInfo(path).LinkTarget ?? "")];
        }
        catch (IOException)
        {
            // A descriptor was closed meanwhile.
            return [];
        }
    }
}
