using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A client or a server that is killed in the middle of a transfer, and the same command again.</summary>
public sealed class KilledTransferTests : IAsyncLifetime
{
    private const int Mebibyte = 1 << 20, Size = 64 * Mebibyte, Middle = 32 * Mebibyte;

    // What may be sent twice, and what the frames and records around the content need.
    private const int Twice = 4 * Mebibyte, Around = Size / 50;

    private Programs _programs = null!;
    private TcpRelay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        _programs = await Programs.StartAsync();
        _relay = new(IPEndPoint.Parse(_programs.Host)) { StallAfter = Middle };
        var content = new byte[Size];
        new Random(17).NextBytes(content);
        await File.WriteAllBytesAsync(At("source"), content);
        await File.WriteAllTextAsync(At("target"), "old");
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is null)
            return;
        await _relay.DisposeAsync();
        await _programs.DisposeAsync();
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Same_command_goes_on_after_the_client_was_killed(string verb)
    {
        using (Process client = _programs.Start("rsh-client", Command(verb)))
        {
            await IsInTheMiddleAsync();
            Programs.Signal(client, "KILL");
            await client.WaitForExitAsync().Within();
            Assert.Equal(137, client.ExitCode);
        }

        Assert.Equal("old", await File.ReadAllTextAsync(At("target")));
        await GoesOnAsync(verb);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Same_command_goes_on_after_the_server_was_killed(string verb)
    {
        using (Process client = _programs.Start("rsh-client", Command(verb)))
        {
            await IsInTheMiddleAsync();
            await _programs.KillServerAsync();
            await _programs.StartServerAgainAsync();
            ContinueRelay();
            string said = await client.StandardError.ReadToEndAsync().Within();
            await client.WaitForExitAsync().Within();
            Assert.Equal(255, client.ExitCode);
            const string stopped = "the server was stopped in the middle, or gave the transfer up while the connection was lost";
            Assert.EndsWith($"rsh-client: {stopped}\nthe same command again goes on where this one stopped\n", said);
            Assert.DoesNotContain("job", said);
        }

        Assert.Equal("old", await File.ReadAllTextAsync(At("target")));
        await GoesOnAsync(verb);
    }

    // The relay passes nothing more, so the transfer cannot end.
    private Task IsInTheMiddleAsync() => Waiting.Until(
        () => Directory.GetFiles(_programs.Home, ".rsh-partial-*").Any(file => new FileInfo(file).Length > Middle - Twice),
        "half of the file has arrived");

    private void ContinueRelay()
    {
        _relay.StallAfter = long.MaxValue;
        _relay.Go();
    }

    private async Task GoesOnAsync(string verb)
    {
        ContinueRelay();
        Output again = await _programs.ClientAsync(Command(verb));
        Assert.Equal((0, ""), (again.Status, again.Error));
        JsonElement file = JsonDocument.Parse(again.Text.Split('\n')[0]).RootElement;
        Assert.Equal("transferred", file.GetProperty("outcome").GetString());
        Assert.InRange(file.GetProperty("kept").GetInt64(), Middle - Twice, Size);
        Assert.InRange(verb == "put" ? _relay.PassedToServer : _relay.Passed, Size, Size + Twice + Around);
        await _programs.RunToolAsync("cmp", "source", "target");
        Assert.Empty(Directory.GetFiles(_programs.Home, ".rsh-partial-*"));
    }

    private string[] Command(string verb)
    {
        string there = $"{_relay.Address}:{_programs.Home}";
        string[] paths = verb == "put" ? ["source", $"{there}/target"] : [$"{there}/source", "target"];
        return [verb, "--accept-new", "--json", "-q", .. paths];
    }

    private string At(string name) => Path.Combine(_programs.Home, name);
}
