using System.Text.Json;
using RemoteShell.EndToEnd.Survival;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd;

/// <summary>The audit journal, with the programs.</summary>
public class AuditTests
{
    [Fact]
    public async Task Journal_tells_who_did_what_and_how_it_ended()
    {
        await using Programs programs = await Programs.StartAsync();
        string file = Path.Combine(programs.Home, "file");
        File.WriteAllText(file, "content");
        await programs.ClientAsync("run", programs.Host, "echo out; echo error >&2; exit 3");
        await programs.ClientAsync("run", programs.Host, "--", "/bin/echo", "a b", "c");
        await programs.ClientAsync("calc", programs.Host, "1+2");
        await programs.ClientAsync("put", file, $"{programs.Host}:{file}.copy");
        await programs.ClientAsync("get", $"{programs.Host}:{file}.missing", programs.Home);
        string job = (await programs.ClientAsync("run", "--detach", programs.Host, "echo detached")).Text.Trim();
        await programs.ClientAsync("wait", programs.Host, job);
        await programs.ClientAsync("attach", programs.Host, "zzz");
        await programs.RunAsync("rsh-server", ["disconnect", "99"], "");

        List<JsonElement> ran = await FindAsync(programs, "--verb", "shell");
        JsonElement started = Assert.Single(
            ran, line => line.GetProperty("what").GetString()!.EndsWith("exit 3", StringComparison.Ordinal));
        Assert.Equal("job-start", started.GetProperty("event").GetString());
        Assert.Equal(await KeyOfAsync(programs), started.GetProperty("key").GetString());
        List<JsonElement> about = await FindAsync(programs, "--job", started.GetProperty("job").GetString()!);
        // There is an output if the client had acknowledged some of it before the end.
        Assert.Equal(["job-start", "job-end"], about.Select(EventOf).Take(2));
        Assert.Equal(("exited", 3), (about[1].GetProperty("outcome").GetString(), about[1].GetProperty("code").GetInt32()));
        Assert.Equal(4, about[^1].GetProperty("streams").GetProperty("stdout").GetProperty("bytes").GetInt64());
        Assert.StartsWith("crc32c:", about[^1].GetProperty("streams").GetProperty("stderr").GetProperty("digest").GetString());

        JsonElement exact = Assert.Single(await FindAsync(programs, "--verb", "run"));
        Assert.Equal(["/bin/echo", "a b", "c"], exact.GetProperty("argv").EnumerateArray().Select(word => word.GetString()));
        Assert.Single(await FindAsync(programs, "--verb", "calc"));
        List<JsonElement> stored = await FindAsync(programs, "--verb", "put");
        Assert.Equal(
            [("request", $"receive {file}.copy"), ("transfer", $"{file}.copy")],
            stored.Select(line => (EventOf(line), line.GetProperty("what").GetString())));
        Assert.Equal(7, stored[1].GetProperty("streams").GetProperty("file").GetProperty("bytes").GetInt64());
        Assert.Single(await FindAsync(programs, "--verb", "admin"));
        await Waiting.UntilAsync(async () => (await FindAsync(programs, "--verb", "lists")).Count == 1, "the lists are recorded");
        Assert.NotEmpty(await FindAsync(programs, "--verb", "connect"));
        await Waiting.UntilAsync(
            async () => (await FindAsync(programs, "--job", job)).Select(EventOf).Contains("output"),
            "the output of the detached job is read");

        List<JsonElement> failed = await FindAsync(programs, "--failed");
        Assert.Equal(["job-end", "job-end", "refuse"], failed.Select(EventOf));
        Assert.Contains("no job 'zzz'", failed[2].GetProperty("reason").GetString());
        Output text = await programs.RunAsync("rsh-server", ["audit", "show", "--failed"], "");
        Assert.Contains("exited 3 in ", text.Text);
        Assert.Empty(await FindAsync(programs, "--since", "2999-01-01"));
        Assert.Equal(3, (await FindAsync(programs, "--failed", "--since", "1h", "--key", started.GetProperty("name").GetString()!)).Count);
    }

    [Fact]
    public async Task Clients_without_authorization_and_changed_keys_are_recorded()
    {
        await using Programs programs = await Programs.StartAsync();
        string list = Path.Combine(programs.Home, "server", "authorized_keys"), lines = File.ReadAllText(list);
        await Waiting.UntilAsync(async () => (await FindAsync(programs, "--verb", "lists")).Count == 1, "the list is recorded");
        File.WriteAllText(list, "");
        await Waiting.UntilAsync(async () => (await FindAsync(programs, "--verb", "lists")).Count == 2, "the list has changed");
        Assert.Equal(255, (await programs.ClientAsync("run", programs.Host, "true")).Status);
        JsonElement refused = Assert.Single(await FindAsync(programs, "--verb", "refuse"));
        Assert.Equal("unauthorized", refused.GetProperty("outcome").GetString());
        Assert.Equal(await KeyOfAsync(programs), refused.GetProperty("key").GetString());
        File.WriteAllText(list, lines);
    }

    [Fact]
    public async Task Journal_verifies_until_somebody_changes_it()
    {
        await using Programs programs = await Programs.StartAsync();
        await programs.ClientAsync("run", programs.Host, "echo secret-command");
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["audit", "verify"], "")).Status);
        string head = (await programs.RunAsync("rsh-server", ["audit", "head"], "")).Text.Trim();
        // A crash: the last lines are not signed, and the next server goes on behind them.
        // It has its id before it kills the server.
        string ending = $"sleep 0.5; kill -9 {programs.Server.Id}; echo left";
        string left = (await programs.ClientAsync("run", "--detach", programs.Host, ending)).Text.Trim();
        await programs.Server.WaitForExitAsync().Within();
        await programs.StartServerAgainAsync();
        await Waiting.UntilAsync(
            async () => (await FindAsync(programs, "--job", left)).Select(EventOf).Contains("job-end"),
            "the end of the job that the server did not see is recorded");
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop"], "")).Status);
        await programs.Server.WaitForExitAsync().Within();
        Output verified = await programs.RunAsync("rsh-server", ["audit", "verify", "--head", head], "");
        Assert.Equal((0, ""), (verified.Status, verified.Error));
        Assert.Contains("in order\n", verified.Text);
        Assert.Contains("are signed by the host key", verified.Text);
        Assert.DoesNotContain("not signed", verified.Text);

        string journal = Path.Combine(programs.Home, "server", "audit", "audit.jsonl");
        string text = File.ReadAllText(journal);
        File.WriteAllText(journal, text.Replace("secret-command", "harmless-thing", StringComparison.Ordinal));
        Output changed = await programs.RunAsync("rsh-server", ["audit", "verify"], "");
        Assert.Equal(1, changed.Status);
        Assert.Contains("audit.jsonl:", changed.Error);
        Assert.Contains("was changed", changed.Error);
        File.WriteAllText(journal, text[..(text.IndexOf("secret-command", StringComparison.Ordinal) - 200)].TrimEnd('\n'));
        Output cut = await programs.RunAsync("rsh-server", ["audit", "verify", "--head", head], "");
        Assert.Equal(1, cut.Status);
        Assert.Contains("its end was cut off", cut.Error);
        File.WriteAllText(journal, text);
        Output foreign = await programs.RunAsync("rsh-server", ["audit", "verify", "--host-key", $"SHA256:{new string('A', 43)}"], "");
        Assert.Contains("not a host key of this server", foreign.Error);
        foreach (string[] wrong in (string[][])[["--head", "12"], ["--host-key", "x"], ["--since", "x"]])
            Assert.Equal(2, (await programs.RunAsync("rsh-server", ["audit", "verify", .. wrong], "")).Status);
    }

    [Fact]
    public async Task Journal_that_cannot_be_written_stops_commands_only_if_it_is_required()
    {
        using SmallDisk? disk = SmallDisk.TryMount();
        Assert.SkipUnless(disk is not null, "needs Linux and the right to mount a tmpfs");
        await using var programs = new Programs();
        await programs.RunToolAsync("mkdir", Path.Combine(programs.Home, "server"));
        await programs.RunToolAsync("ln", "-s", disk.Path, Path.Combine(programs.Home, "server", "audit"));
        await programs.CreateKeysAsync();
        await programs.StartServerAsync("--audit", "required");
        Assert.Equal(0, (await programs.ClientAsync("run", "--accept-new", programs.Host, "true")).Status);
        disk.Fill();
        string ran = Path.Combine(programs.Home, "ran");
        Output refused = await UntilRefusedAsync(programs);
        Assert.Equal(255, refused.Status);
        Assert.Contains("cannot record this in its audit journal", refused.Error);
        Assert.Equal(255, (await programs.ClientAsync("run", programs.Host, $"touch {ran}")).Status);
        Assert.Equal(255, (await programs.ClientAsync("run", "--detach", programs.Host, $"touch {ran}")).Status);
        Assert.Equal(1, (await programs.ClientAsync("jobs", programs.Host)).Status);
        Assert.False(File.Exists(ran));

        disk.Free();
        Assert.Equal(0, (await programs.ClientAsync("run", programs.Host, $"touch {ran}")).Status);
        Assert.True(File.Exists(ran));
        // On a disk that is nearly full, there may be room for the line about a gap only.
        List<JsonElement> gaps = await FindAsync(programs, "--verb", "gap");
        Assert.InRange(gaps.Sum(gap => gap.GetProperty("lost").GetInt64()), 3, 1000);
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["audit", "verify"], "")).Status);

        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop"], "")).Status);
        await programs.Server.WaitForExitAsync().Within();
        await programs.StartServerAgainAsync();
        disk.Fill();
        for (int i = 0; i < 20; i++)
            Assert.Equal(0, (await programs.ClientAsync("run", programs.Host, "true")).Status);
        Assert.Contains(programs.Log, line => line.Contains("the audit journal cannot be written", StringComparison.Ordinal));
    }

    // Until not even one line fits into the journal's last block.
    private static async Task<Output> UntilRefusedAsync(Programs programs)
    {
        for (int i = 0; ; i++)
        {
            Output output = await programs.ClientAsync("run", programs.Host, "true");
            if (output.Status != 0 || i == 30)
                return output;
        }
    }

    private static async Task<List<JsonElement>> FindAsync(Programs programs, params string[] filter)
    {
        Output output = await programs.RunAsync("rsh-server", ["audit", "show", "--json", .. filter], "");
        Assert.Equal(0, output.Status);
        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<string> KeyOfAsync(Programs programs)
        => PublicKey.Parse((await programs.ClientAsync("pubkey")).Text).Fingerprint;

    private static string EventOf(JsonElement line) => line.GetProperty("event").GetString()!;
}
