using System.Globalization;
using RemoteShell.Client;
using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Tests.Builtins;

public class BuiltinTests
{
    [Fact]
    public void Help_lists_every_builtin_and_tells_how_each_is_used()
    {
        Assert.All(BuiltinTable.List, builtin => Assert.Contains($"{builtin.Name,-8}{builtin.Summary}\n", Run("help").Output));
        Assert.All(BuiltinTable.List, builtin => Assert.StartsWith(builtin.Name, Run("help", builtin.Name).Output));
        Assert.Equal($"{Run("help", "calc").Output}{Run("help", "who").Output}", Run("help", "calc who").Output);
        Assert.Equal((2, "help: there is no built-in 'nosuch'; help lists them\n"), (Run("help", "calc", "nosuch").Code, Run("help", "nosuch").Error));
    }

    [Fact]
    public void Upper_knows_every_alphabet()
    {
        Assert.Equal("ÜBER ΑΒΓ ДА 好 😀\n", Run("upper", "über", "αβγ", "да 好", "😀").Output);
        Assert.Equal(2, Run("upper").Code);
    }

    [Fact]
    public void Time_is_utc_to_the_millisecond()
    {
        DateTime before = DateTime.UtcNow.AddMilliseconds(-1);
        DateTime told = DateTime.ParseExact(Run("time").Output, "yyyy-MM-dd'T'HH:mm:ss.fff'Z\n'", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
        Assert.InRange(told, before, DateTime.UtcNow);
        Assert.Equal(2, Run("time", "ls").Code);
    }

    [Fact]
    public void Who_tells_of_everybody_what_everybody_may_know()
    {
        var since = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        BuiltinResult result = WhoBuiltin.Builtin.Run(new([], () => [new(12, "", since), new(3, "alice\u001b[31m", since)]));
        Assert.Equal("    3  2030-01-02 03:04:05  alice\\u001b[31m\n   12  2030-01-02 03:04:05  -\n", result.Output);
    }

    [Theory]
    [InlineData("calc 1+1", "calc")]
    [InlineData("  upper  two  words ", "upper")]
    [InlineData("time", "time")]
    [InlineData("who ", "who")]
    [InlineData("time make all", null)]
    [InlineData("who | wc -l", null)]
    [InlineData("whoami", null)]
    [InlineData("", null)]
    public void A_prompts_line_is_a_builtins_or_the_shells(string line, string? builtin) => Assert.Equal(builtin, BuiltinTable.ForLine(line)?.Builtin.Name);

    [Fact]
    public async Task Over_the_wire_who_knows_the_connections()
    {
        await using var server = new TestServer();
        await using RemoteShellClient first = await server.ConnectAsync(), second = await server.ConnectAsync();
        BufferedResult result = await second.RunBufferedAsync(RemoteCommand.Builtin("who"), cancellationToken: TestContext.Current.CancellationToken).Within();
        Assert.Equal(2, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.EndsWith("  test", StringComparison.Ordinal)));
    }

    private static BuiltinResult Run(string name, params string[] arguments) => BuiltinTable.Find(name)!.Run(new(arguments, () => []));
}
