namespace RemoteShell.EndToEnd;

/// <summary>A file that changes at the server while the client fetches it.</summary>
public sealed class ShrinkingFileTests : IAsyncLifetime
{
    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync();

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task File_that_shrinks_during_get_leaves_no_local_file()
    {
        string there = Path.Combine(_programs.Home, "there"), here = Path.Combine(_programs.Home, "here");
        Directory.CreateDirectory(here);
        var content = new byte[32 << 20];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(there, content);
        // So slow that it is not fetched before it is cut off.
        Task<Output> getting = _programs.ClientAsync("get", "--bwlimit", "4M", $"{_programs.Host}:{there}", Path.Combine(here, "copy"));
        await Waiting.Until(() => Fetched(here) > 0, "the first bytes have arrived");
        using (FileStream file = File.OpenWrite(there))
            file.SetLength(1);
        Output output = await getting;
        Assert.NotEqual(0, output.Status);
        Assert.Contains("it became shorter while it was read", output.Error);
        Assert.Empty(Directory.GetFiles(here));
    }

    private static long Fetched(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
}
