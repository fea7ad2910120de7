using RemoteShell.Testing.Hostile;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>A tree goes there and back over connections that are cut at random places. A failure prints its seed.</summary>
public sealed class RandomCutTests : IDisposable
{
    // Bytes of a connection in both directions. Most are enough for some progress, since a reset drops what is on its way; one in
    // RareBudget is less, and may end in the middle of the handshake.
    private const int LeastBudget = 1_000, UsualBudget = 300_000, MostBudget = 1_000_000, RareBudget = 6;

    // Large enough for some cuts in each direction.
    private const int LargeSize = 1_500_000;

    private const int Others = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("rsh-cuts-").FullName;

    public RandomCutTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    // .NET cannot delete names that are not UTF-8.
    public void Dispose() => System.Diagnostics.Process.Start("rm", ["-rf", "--", _folder]).WaitForExit();

    [Fact]
    public async Task Tree_is_the_same_there_and_back_wherever_the_connections_are_cut()
    {
        foreach (int seed in FuzzSeed.Of(Random.Shared.Next(int.MaxValue / 2), TestSize.Of(1, 20)))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{FuzzSeed.Variable}={seed}");
            await CheckAsync(seed, Path.Combine(_folder, $"{seed}"));
        }
    }

    private static async Task CheckAsync(int seed, string folder)
    {
        var random = new Random(seed);
        string source = Directory.CreateDirectory(Path.Combine(folder, "source")).FullName;
        var large = new byte[LargeSize];
        random.NextBytes(large);
        await File.WriteAllBytesAsync(Path.Combine(source, "large"), large);
        await RandomTree.MakeAsync(source, random, Others);
        string expected = await RandomTree.DescribeAsync(source);
        int[] budgets = [.. Enumerable.Range(0, 1000).Select(_ => BudgetOf(random))];
        await using var server = new TestServer();
        // A path that is as fast as memory would pass a whole budget before the other end has read any of it: each reset would undo all.
        await using var relay = new TcpRelay(server.Address)
        {
            Budget = number => budgets[number % budgets.Length],
            Delay = TimeSpan.FromMilliseconds(1),
        };
        await using RemoteShellClient client = await ConnectAsync(server, relay);
        var options = new TransferOptions { Recursive = true, Compress = random.Next(2) == 0 };
        string there = Path.Combine(folder, "there"), back = Path.Combine(folder, "back");
        TransferResult sent = await client.UploadAsync([source], there, options).Within(Limit);
        Assert.True(sent.Failed == 0, $"{FuzzSeed.Variable}={seed}: {sent.Failures.FirstOrDefault()}");
        TransferResult fetched = await client.DownloadAsync([there], back, options).Within(Limit);
        Assert.True(fetched.Failed == 0, $"{FuzzSeed.Variable}={seed}: {fetched.Failures.FirstOrDefault()}");
        Assert.True(expected == await RandomTree.DescribeAsync(there), $"{FuzzSeed.Variable}={seed}: {there} differs");
        Assert.True(expected == await RandomTree.DescribeAsync(back), $"{FuzzSeed.Variable}={seed}: {back} differs");
        Assert.True(relay.Connections > 2, $"{FuzzSeed.Variable}={seed}: {relay.Connections} connections");
    }

    private static int BudgetOf(Random random)
        => random.Next(RareBudget) == 0 ? random.Next(LeastBudget, UsualBudget) : random.Next(UsualBudget, MostBudget);

    // The first connection may be cut before it is made, which no client survives.
    private static async Task<RemoteShellClient> ConnectAsync(TestServer server, TcpRelay relay)
    {
        while (true)
        {
            try
            {
                return await RemoteShellClient.ConnectAsync(server.Options with { Host = new("127.0.0.1", relay.Address.Port) }).Within();
            }
            catch (ConnectFailedException)
            {
                Assert.True(relay.Connections < 100, "the client does not connect");
            }
        }
    }
}
