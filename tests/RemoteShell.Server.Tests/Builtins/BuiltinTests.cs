using System.Globalization;
using RemoteShell.Client;
using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Tests.Builtins;

public class BuiltinTests
{
    [Fact]
    public void Help_lists_all_builtins_and_shows_how_to_use_each()
    {
        Assert.All(BuiltinTable.List, builtin => Assert.Contains($"{builtin.Name,-8}{builtin.Summary}\n", Run("help").Output));
        Assert.All(BuiltinTable.List, builtin => Assert.StartsWith(builtin.Name, Run("help", builtin.Name).Output));
        Assert.Equal($"{Run("help", "calc").Output}{Run("help", "who").Output}", Run("help", "calc who").Output);
        Assert.Equal(2, Run("help", "calc", "nosuch").Code);
        Assert.Equal("help: unknown built-in 'nosuch'; list them with: help\n", Run("help", "nosuch").Error);
    }

    [Fact]
    public void Upper_converts_every_alphabet()
    {
        Assert.Equal("ÜBER ΑΒΓ ДА 好 😀\n", Run("upper", "über", "αβγ", "да 好", "😀").Output);
        Assert.Equal(2, Run("upper").Code);
    }

    [Fact]
    public void Time_is_utc_to_the_millisecond()
    {
        DateTime before = DateTime.UtcNow.AddMilliseconds(-1);
        DateTime told = DateTime.ParseExact(
            Run("time").Output,
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z\n'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
        Assert.InRange(told, before, DateTime.UtcNow);
        Assert.Equal(2, Run("time", "ls").Code);
    }

    [Fact]
    public void Who_lists_the_connections_without_private_details()
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
    public void Line_of_a_prompt_is_for_a_builtin_or_for_the_shell(string line, string? builtin)
        => Assert.Equal(builtin, BuiltinTable.ForLine(line)?.Builtin.Name);

    [Fact]
    public async Task Who_as_a_remote_command_lists_the_connections()
    {
        await using var server = new TestServer();
        await using RemoteShellClient first = await server.ConnectAsync(), second = await server.ConnectAsync();
        CancellationToken token = TestContext.Current.CancellationToken;
        BufferedResult result = await second.RunBufferedAsync(RemoteCommand.Builtin("who"), cancellationToken: token).Within();
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(line => line.EndsWith("  test", StringComparison.Ordinal)));
    }

    private static BuiltinResult Run(string name, params string[] arguments) => BuiltinTable.Find(name)!.Run(new(arguments, () => []));
}
