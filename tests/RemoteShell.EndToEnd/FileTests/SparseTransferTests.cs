using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A large file of holes and of some content: the holes stay holes, and the memory of both programs stays bounded.</summary>
public sealed class SparseTransferTests : IAsyncLifetime
{
    private const long Mebibyte = 1 << 20, Distance = 16 * Mebibyte, Block = 512;

    // The terms of docs/architecture.md, "Memory", in bytes: S is the largest chunk.
    private const long S = 256 * 1024, Connection = S + (5 * Mebibyte);

    // One transfer with standard input; G = 64 MiB is what its windows may grow by.
    private const long Client = Connection + (4 * Mebibyte) + S + (32 * Mebibyte) + S + (64 * Mebibyte);

    // One connection, one job, its requests, and B = 256 MiB for the windows of the key.
    private const long Server = Connection + (16 * Mebibyte) + (2 * (Mebibyte + S)) + Mebibyte + (2 * S) + (256 * Mebibyte);

    // Windows do not grow on so short a path: what more than a small transfer needs is the runtime's heap, as in MemoryTests.
    private const long Allowed = 48 * Mebibyte;

    private static readonly long Size = TestSize.Of(normal: 1, full: 5) * 1024 * Mebibyte;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private Programs _programs = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files, and /proc/PID/status");
        _programs = await Programs.StartAsync();
        var random = new Random(17);
        var piece = new byte[Mebibyte];
        random.NextBytes(piece);
        await File.WriteAllBytesAsync(At("small"), piece);
        using FileStream file = File.Create(At("source"));
        // The first piece begins the file, the last one is before a hole.
        for (long offset = 0; offset < Size; offset += Distance)
        {
            random.NextBytes(piece);
            file.Position = offset;
            file.Write(piece);
        }

        file.SetLength(Size + 1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is not null)
            await _programs.DisposeAsync();
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Holes_stay_holes_and_memory_is_that_of_the_formula(string verb)
    {
        long before = Peak(_programs.Server)!.Value, idle = await RunAsync("run", _programs.Host, "true");
        long small = await RunAsync(Command(verb, "small")), warm = Peak(_programs.Server)!.Value;
        long client = await RunAsync(Command(verb, "source")), server = Peak(_programs.Server)!.Value;
        Assert.InRange(client, 1, Math.Min(idle + Client, small + Allowed));
        Assert.InRange(server, 1, Math.Min(before + Server, warm + Allowed));

        Assert.Equal(Size + 1, new FileInfo(At("target")).Length);
        long content = Size / Distance * Mebibyte;
        Assert.InRange(Block * await BlocksAsync("source"), content, content + (content / 2));
        Assert.InRange(Block * await BlocksAsync("target"), content, content + (content / 2));
        using Process compare = _programs.StartTool("cmp", "source", "target");
        await compare.WaitForExitAsync().Within(Limit);
        Assert.Equal(0, compare.ExitCode);
    }

    private string[] Command(string verb, string name)
    {
        string there = $"{_programs.Host}:{_programs.Home}";
        string[] paths = verb == "put" ? [name, $"{there}/target"] : [$"{there}/{name}", "target"];
        return [verb, "-q", .. paths];
    }

    private async Task<long> BlocksAsync(string name)
    {
        Output stat = await _programs.ShellAsync($"stat -c %b {name}");
        return long.Parse(stat.Text, CultureInfo.InvariantCulture);
    }

    // Returns the peak of the client's memory in bytes.
    private async Task<long> RunAsync(params string[] arguments)
    {
        using Process client = _programs.Start("rsh-client", arguments);
        client.StandardInput.Close();
        Task<string> error = client.StandardError.ReadToEndAsync();
        long peak = 0, end = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (!client.HasExited && Environment.TickCount64 < end)
        {
            peak = Math.Max(peak, Peak(client) ?? 0);
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal("", await error.Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(0, client.ExitCode);
        return peak;
    }

    // Null if the process has ended.
    private static long? Peak(Process process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status")
                .FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            string? kibibytes = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            return kibibytes is null ? null : long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string At(string name) => Path.Combine(_programs.Home, name);
}
