using System.Text.Json;
using System.Text.RegularExpressions;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>
/// A request with <c>age</c> for an unknown job starts it only if the server remembers all ids since the request may have been sent first.
/// </summary>
public sealed class RequestAgeTests : IAsyncDisposable
{
    // The server of a test is younger than a minute, and the system is older.
    private const string New = ",\"age\":0", Recent = ",\"age\":60000", Old = ",\"age\":86400000";

    private TestServer _server = new();

    private string Journal => Path.Combine(_server.Folder, "server", "jobs", "journal");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(",\"onDisconnect\":\"keep\"")]
    [InlineData(",\"detach\":true")]
    public async Task Request_older_than_the_state_folder_is_refused_with_gone(string more)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        string id = JobId.New();
        await CheckRefusedAsync(id, Old + more);
        Assert.Equal(0, Runs());
        // The refusal does not use the id.
        await CheckOpenedAsync(id, New + more);
        await Waiting.Until(() => Runs() == 1, "the command has run");
    }

    [Fact]
    public async Task Server_remembers_over_restarts_what_it_remembered()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: other systems do not tell the boot");
        await CheckRefusedAsync(JobId.New(), Recent);
        await ChangeJournalAsync(OfOldServer);
        await CheckOpenedAsync(JobId.New(), Recent);
        await _server.RestartAsync();
        await CheckOpenedAsync(JobId.New(), Recent);
    }

    [Theory]
    [InlineData("its journal is gone")]
    [InlineData("a line is damaged")]
    [InlineData("the system was booted")]
    [InlineData("the journal is of an earlier version")]
    public async Task Server_that_may_have_lost_ids_remembers_since_its_start(string why)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: other systems do not tell the boot");
        await CheckOpenedAsync(JobId.New(), New);
        await ChangeJournalAsync(OfOldServer);
        await CheckOpenedAsync(JobId.New(), Recent);
        await ChangeJournalAsync(lines => why switch
        {
            "its journal is gone" => [],
            "a line is damaged" => [lines[0], "{\"id\":\"57", .. lines[1..]],
            "the system was booted" =>
                [.. lines.Select(line => line.Replace(ClockReading.Now().Boot!, $"{Guid.NewGuid()}", StringComparison.Ordinal))],
            _ => [.. lines.Where(line => !line.Contains("completeSince", StringComparison.Ordinal))],
        });
        await CheckRefusedAsync(JobId.New(), Recent);
        await CheckOpenedAsync(JobId.New(), New);
        // The next start does not make it up.
        await _server.RestartAsync();
        await CheckRefusedAsync(JobId.New(), Recent);
        await CheckOpenedAsync(JobId.New(), New);
    }

    [Fact]
    public async Task Ids_that_a_limit_has_dropped_count_for_their_key_only()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: other systems do not tell the boot");
        using Identity other = Identity.LoadOrCreate(_server.ClientOptions("other").IdentityFile);
        _server.AuthorizedKeys.Add($"{other.PublicKey} other");
        string own = _server.Identity.PublicKey.ToString();
        var dropped = new JournalLine("", own, CompleteSince: SystemClock.Now, Written: ClockReading.Now());
        await ChangeJournalAsync(lines => [.. OfOldServer(lines), JsonSerializer.Serialize(dropped, JobJson.Default.JournalLine)]);
        for (int start = 0; start < 2; start++)
        {
            await CheckRefusedAsync(JobId.New(), Recent);
            await using (RawPeer peer = await RawPeer.ConnectWithAsync(other, _server.Address))
            {
                await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Open(JobId.New(), Recent, "true"));
                await peer.ReadAsync("opened");
            }

            await _server.RestartAsync();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"detach\":true")]
    public async Task Id_is_on_disk_before_the_command_starts(string more)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        string jobs = Path.GetDirectoryName(Journal)!;
        string found = Path.Combine(_server.Folder, "found"), seen = Path.Combine(_server.Folder, "seen");
        string looking = $"(ls '{jobs}'; cat '{Journal}') | grep -c $RSH_JOB > '{found}'; mv '{found}' '{seen}'";
        await CheckOpenedAsync(JobId.New(), $"{New},\"onDisconnect\":\"keep\"{more}", looking);
        await Waiting.Until(() => File.Exists(seen), "the command has run");
        Assert.NotEqual("0\n", File.ReadAllText(seen));
    }

    [Theory]
    [InlineData(",\"onDisconnect\":\"keep\"")]
    [InlineData(",\"detach\":true")]
    public async Task Delivered_job_with_an_age_is_not_started_again(string more)
    {
        await _server.DisposeAsync();
        _server = new(options => options with { KeepJobs = 1, KeepTime = TimeSpan.FromSeconds(2) });
        string id = JobId.New();
        await CheckOpenedAsync(id, New + more);
        await using (RemoteShellClient client = await _server.ConnectAsync())
        {
            await client.WaitAsync(id).Within();
            client.Acknowledge(id);
            for (int i = 0; i < 5; i++)
                await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();
            await Waiting.UntilAsync(
                async () => (await client.ListJobsAsync(JobFilter.All)).All(job => job.Id != id), "the job is forgotten");
        }

        await CheckRefusedAsync(id, $",\"age\":1{more}");
        await _server.RestartAsync();
        await CheckRefusedAsync(id, $",\"age\":1{more}");
        Assert.Equal(1, Runs());
    }

    [Theory]
    [InlineData(",\"onDisconnect\":\"keep\"", "gone")]
    [InlineData(",\"detach\":true", null)]
    public async Task Restarted_server_does_not_start_a_running_job_again(string more, string? refusal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string id = JobId.New();
        await CheckOpenedAsync(id, New + more, "sleep 300");
        await Waiting.Until(() => Runs() == 1, "the command runs");
        await _server.RestartAsync();
        if (refusal is null)
            await CheckOpenedAsync(id, $",\"age\":1{more}");
        else
            await CheckRefusedAsync(id, $",\"age\":1{more}");
        await using RemoteShellClient client = await _server.ConnectAsync();
        Assert.Equal(id, Assert.Single(await client.ListJobsAsync(JobFilter.All).Within()).Id);
        if (refusal is null)
            await client.KillAsync(id).Within();
        Assert.Equal(1, Runs());
    }

    // As if its folder was made long ago, in this boot.
    private static string[] OfOldServer(string[] lines)
        => [.. lines.Select(line => Regex.Replace(line, "\"completeSince\":[0-9]+", "\"completeSince\":1"))];

    private async Task ChangeJournalAsync(Func<string[], string[]> change)
    {
        await _server.Server.DisposeAsync();
        string[] lines = change(File.ReadAllLines(Journal));
        if (lines.Length == 0)
            File.Delete(Journal);
        else
            File.WriteAllLines(Journal, lines);
        await _server.RestartAsync();
    }

    private async Task CheckOpenedAsync(string id, string more, string rest = "true")
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Open(id, more, rest));
        await peer.ReadAsync("opened");
    }

    private async Task CheckRefusedAsync(string id, string more)
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Open(id, more, "true"));
        Assert.Contains("\"code\":\"gone\"", await peer.ReadAsync("refused"));
    }

    private int Runs()
    {
        string log = Path.Combine(_server.Folder, "runs");
        return File.Exists(log) ? File.ReadAllLines(log).Length : 0;
    }

    private byte[] Open(string id, string more, string rest)
    {
        string command = $"echo x >> '{_server.Folder}/runs'; {rest}";
        return RawPeer.Frame($$"""{"type":"open","channel":1,"request":"exec","job":"{{id}}","command":"{{command}}"{{more}}}""");
    }
}
