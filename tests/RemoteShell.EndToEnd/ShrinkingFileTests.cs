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
        // Sparse, and so large that it is not fetched before it is cut off.
        using (FileStream file = File.Create(there))
            file.SetLength(4L << 30);
        Task<Output> getting = _programs.ClientAsync("get", $"{_programs.Host}:{there}", Path.Combine(here, "copy"));
        await Waiting.Until(() => Fetched(here) > 0, "the first bytes have arrived");
        using (FileStream file = File.OpenWrite(there))
            file.SetLength(1);
        Output output = await getting;
        Assert.NotEqual(0, output.Status);
        Assert.Contains("became shorter", output.Error);
        Assert.Empty(Directory.GetFiles(here));
    }

    private static long Fetched(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
}
