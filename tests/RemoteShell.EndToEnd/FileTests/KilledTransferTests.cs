using System.Text.Json;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A client or a server that is killed in the middle of a transfer, and the same command again.</summary>
public sealed class KilledTransferTests : IAsyncLifetime
{
    private const int Mebibyte = 1 << 20, Size = 64 * Mebibyte, Middle = 32 * Mebibyte;

    // What may be sent twice, and what the frames and records around the content need.
    private const int Twice = 4 * Mebibyte, Around = Size / 50;

    private KilledTransfer _transfer = null!;

    private Programs Programs => _transfer.Programs;

    private TcpRelay Relay => _transfer.Relay;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        _transfer = await KilledTransfer.StartAsync(Middle);
        var content = new byte[Size];
        new Random(17).NextBytes(content);
        await File.WriteAllBytesAsync(At("source"), content);
        await File.WriteAllTextAsync(At("target"), "old");
    }

    public async ValueTask DisposeAsync()
    {
        if (_transfer is not null)
            await _transfer.DisposeAsync();
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Same_command_goes_on_after_the_client_was_killed(string verb)
    {
        await _transfer.KillClientAsync(Command(verb), IsInTheMiddleAsync);

        Assert.Equal("old", await File.ReadAllTextAsync(At("target")));
        await GoesOnAsync(verb);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Same_command_goes_on_after_the_server_was_killed(string verb)
    {
        string said = await _transfer.KillServerAsync(Command(verb), IsInTheMiddleAsync);
        const string stopped = "the server was stopped in the middle, or gave the transfer up while the connection was lost";
        Assert.EndsWith($"rsh-client: {stopped}\nthe same command again goes on where this one stopped\n", said);
        Assert.DoesNotContain("job", said);

        Assert.Equal("old", await File.ReadAllTextAsync(At("target")));
        await GoesOnAsync(verb);
    }

    // The relay passes nothing more, so the transfer cannot end.
    private Task IsInTheMiddleAsync() => Waiting.Until(
        () => Directory.GetFiles(Programs.Home, ".rsh-partial-*").Any(file => new FileInfo(file).Length > Middle - Twice),
        "half of the file has arrived");

    private async Task GoesOnAsync(string verb)
    {
        _transfer.Continue();
        Output again = await Programs.ClientAsync(Command(verb));
        Assert.Equal((0, ""), (again.Status, again.Error));
        JsonElement file = JsonDocument.Parse(again.Text.Split('\n')[0]).RootElement;
        Assert.Equal("transferred", file.GetProperty("outcome").GetString());
        Assert.InRange(file.GetProperty("kept").GetInt64(), Middle - Twice, Size);
        Assert.InRange(verb == "put" ? Relay.PassedToServer : Relay.Passed, Size, Size + Twice + Around);
        await Programs.RunToolAsync("cmp", "source", "target");
        Assert.Empty(Directory.GetFiles(Programs.Home, ".rsh-partial-*"));
    }

    private string[] Command(string verb)
    {
        string there = $"{Relay.Address}:{Programs.Home}";
        string[] paths = verb == "put" ? ["source", $"{there}/target"] : [$"{there}/source", "target"];
        return [verb, "--accept-new", "--json", "-q", .. paths];
    }

    private string At(string name) => Path.Combine(Programs.Home, name);
}
