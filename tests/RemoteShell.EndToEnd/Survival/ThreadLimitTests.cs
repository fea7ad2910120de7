namespace RemoteShell.EndToEnd.Survival;

public class ThreadLimitTests
{
    private const int Clients = 12;
    private const int User = 61241, StartUser = 61242;

    [Fact]
    public async Task Server_survives_a_time_without_threads_and_processes()
    {
        Assert.SkipUnless(OtherUser.Obstacle is null, OtherUser.Obstacle ?? "");
        await using var programs = new Programs();
        using OtherUser other = await OtherUser.CreateAsync(programs, User);
        await other.StartServerAsync(programs);
        // The pool makes no thread after the start: it would end the process if that failed.
        int workers = Workers(programs);
        Assert.True(workers >= 32, $"the server has {workers} threads in its pool");

        await other.SetLimitAsync(programs, "1");
        Output[] refused = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => RunAsync(programs)));
        Assert.All(refused, output => Assert.Equal(126, output.Status));
        Assert.All(refused, output => Assert.Contains(": Resource temporarily unavailable", output.Error));
        Assert.False(programs.Server.HasExited);
        Assert.Equal(workers, Workers(programs));

        await other.SetLimitAsync(programs, "10000");
        Assert.Equal("on\n", (await RunAsync(programs)).Text);
    }

    [Fact]
    public async Task Server_that_gets_too_few_threads_says_so_at_its_start()
    {
        Assert.SkipUnless(OtherUser.Obstacle is null, OtherUser.Obstacle ?? "");
        await using var programs = new Programs();
        using OtherUser other = await OtherUser.CreateAsync(programs, StartUser);
        Output output = await other.RunServerAsync(programs, "prlimit", "--nproc=30");
        Assert.Equal(1, output.Status);
        Assert.Contains("of the 32 threads that it needs", output.Error);
        Assert.Contains("ulimit -u", output.Error);
    }

    private static Task<Output> RunAsync(Programs programs) => programs.ClientAsync("run", programs.Host, "echo on");

    private static int Workers(Programs programs) => OtherUser.Threads(programs.Server).Count(name => name == ".NET TP Worker");
}
