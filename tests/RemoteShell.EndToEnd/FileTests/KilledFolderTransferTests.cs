using System.Text.Json;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A client or a server that is killed in the middle of a transfer of a folder, and the same command again.</summary>
public sealed class KilledFolderTransferTests : IAsyncLifetime
{
    private const int Mebibyte = 1 << 20, Large = 40 * Mebibyte, Medium = 6 * Mebibyte, Small = 1000, SmallFiles = 200;
    private const int Total = Large + (2 * Medium) + (SmallFiles * Small), Middle = 32 * Mebibyte;

    // What may be sent twice, and what the frames and records around the content need.
    private const int Twice = 4 * Mebibyte, Around = Total / 50;

    private KilledTransfer _transfer = null!;

    private Programs Programs => _transfer.Programs;

    private TcpRelay Relay => _transfer.Relay;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        // In any order of the files, the large one is under way then.
        _transfer = await KilledTransfer.StartAsync(Middle);
        var random = new Random(17);
        await WriteAsync(random, "tree/a", Medium);
        await WriteAsync(random, "tree/large", Large);
        await WriteAsync(random, "tree/z/last", Medium);
        for (int i = 0; i < SmallFiles; i++)
            await WriteAsync(random, $"tree/small{i % 7}/{i}", Small);
        Directory.CreateDirectory(At("tree/z/empty"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_transfer is not null)
            await _transfer.DisposeAsync();
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Same_command_goes_on_with_the_folder_after_the_client_was_killed(string verb)
    {
        await _transfer.KillClientAsync(Command(verb), IsInTheMiddleAsync);

        await GoesOnAsync(verb);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Same_command_goes_on_with_the_folder_after_the_server_was_killed(string verb)
    {
        string said = await _transfer.KillServerAsync(Command(verb), IsInTheMiddleAsync);
        Assert.EndsWith("\nthe same command again goes on where this one stopped\n", said);

        await GoesOnAsync(verb);
    }

    // The relay passes nothing more, so the transfer cannot end.
    private Task IsInTheMiddleAsync() => Waiting.Until(
        () => Directory.Exists(At("target")) && Arrived() > Middle - Twice && Files().Any(IsPartial), "half of the folder has arrived");

    // A file may get its name between the two looks at it.
    private long Arrived() => Files().Sum(file => file.Exists ? file.Length : 0);

    private async Task GoesOnAsync(string verb)
    {
        // What has a name of the source is whole.
        FileInfo[] whole = [.. Files().Where(file => !IsPartial(file))];
        foreach (FileInfo file in whole)
            await Programs.RunToolAsync("cmp", file.FullName, At($"tree/{Path.GetRelativePath(At("target"), file.FullName)}"));
        Assert.False(File.Exists(At("target/large")));

        _transfer.Continue();
        Output again = await Programs.ClientAsync(Command(verb));
        Assert.Equal((0, ""), (again.Status, again.Error));
        JsonElement[] lines =
            [.. again.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement large = Assert.Single(lines, line => line.TryGetProperty("path", out JsonElement path)
            && path.GetString() == "target/large");
        Assert.Equal("transferred", large.GetProperty("outcome").GetString());
        long arrived = whole.Sum(file => file.Length);
        Assert.InRange(large.GetProperty("kept").GetInt64(), Middle - Twice - arrived, Large);
        Assert.InRange(lines[^1].GetProperty("totals").GetProperty("unchanged").GetInt32(), whole.Length, int.MaxValue);
        Assert.InRange(verb == "put" ? Relay.PassedToServer : Relay.Passed, Total, Total + Twice + Around);
        await OddTree.IsInAsync(Programs, "target");
        Assert.Empty(Partials());
    }

    private string[] Command(string verb)
    {
        string there = $"{Relay.Address}:{Programs.Home}";
        string[] paths = verb == "put" ? ["tree", $"{there}/target"] : [$"{there}/tree", "target"];
        return [verb, "-r", "--accept-new", "--json", "-q", .. paths];
    }

    private async Task WriteAsync(Random random, string path, int size)
    {
        var content = new byte[size];
        random.NextBytes(content);
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        await File.WriteAllBytesAsync(At(path), content);
    }

    // Of files in the making, and of folders, whose marks are beside them.
    private IEnumerable<string> Partials()
        => [.. Directory.GetFiles(Programs.Home, ".rsh-partial-*"), .. Files().Where(IsPartial).Select(file => file.Name)];

    private FileInfo[] Files() => new DirectoryInfo(At("target")).GetFiles("*", SearchOption.AllDirectories);

    private static bool IsPartial(FileInfo file) => file.Name.StartsWith(".rsh-partial-", StringComparison.Ordinal);

    private string At(string name) => Path.Combine(Programs.Home, name);
}
