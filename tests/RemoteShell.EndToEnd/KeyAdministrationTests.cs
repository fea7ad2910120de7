using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary><c>rsh-server keys</c> and <c>revoke</c>, and <c>rsh-client forget</c>.</summary>
public class KeyAdministrationTests
{
    [Fact]
    public async Task Revoked_key_is_listed_before_and_its_connection_and_job_end()
    {
        await using Programs programs = await Programs.StartAsync();
        using Process running = programs.Start("rsh-client", "run", programs.Host, "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        JsonElement key = JsonDocument.Parse((await programs.RunAsync("rsh-server", ["keys", "--json"], "")).Bytes).RootElement;
        string fingerprint = key.GetProperty("key").GetString()!;
        long connection = Assert.Single(key.GetProperty("connections").EnumerateArray()).GetInt64();

        Output revoked = await programs.RunAsync("rsh-server", ["revoke", fingerprint], "");
        Assert.Equal((0, ""), (revoked.Status, revoked.Error));
        string[] lines = revoked.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"removed: {fingerprint}  ", lines[0]);
        Assert.StartsWith($"ends: connection #{connection} from 127.0.0.1:", lines[1]);
        Assert.EndsWith(": echo begun; exec sleep 100", lines[2]);
        await running.WaitForExitAsync().Within();
        Assert.Contains("is not authorized any more", await running.StandardError.ReadToEndAsync().Within());
        Assert.Equal("", (await programs.RunAsync("rsh-server", ["keys"], "")).Text);
        await programs.KillServerAsync();
        Assert.Equal(1, (await programs.RunAsync("rsh-server", ["revoke", fingerprint], "")).Status);
    }

    [Fact]
    public async Task Forgotten_host_is_not_known_any_more()
    {
        await using Programs programs = await Programs.StartAsync();
        Output forgotten = await programs.ClientAsync("forget", programs.Host);
        Assert.Equal((0, ""), (forgotten.Status, forgotten.Error));
        Assert.StartsWith($"{programs.Host}: removed: line 1 of ", forgotten.Text);
        Assert.Contains("is not known", (await programs.ClientAsync("run", programs.Host, "true")).Error);
        Output again = await programs.ClientAsync("forget", programs.Host);
        Assert.Equal(1, again.Status);
        Assert.Contains($"does not name {programs.Host}\nname it as when you connect", again.Error);
    }
}
