using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Fleet;

namespace RemoteShell.Cli.Client.Tests.Fleet;

/// <summary>The set that the paths of put and get name.</summary>
public class FleetPathsTests
{
    [Theory]
    [InlineData("put f web[1-3]:/etc", "web[1-3]")]
    [InlineData("put --targets @a:b f :/etc", "@a:b")]
    [InlineData("put f h:/etc", null)]
    [InlineData("put - h:/etc/f", null)]
    [InlineData("get web[1-3]:/a web[1-3]:/b to", "web[1-3]")]
    [InlineData("get web[1-3]:/a", "web[1-3]")]
    [InlineData("get --targets @a:b :/a :/b to", "@a:b")]
    [InlineData("get h:/a -", null)]
    public void Set_is_that_of_the_remote_paths(string line, string? set) => Assert.Equal(set, SetOf(line));

    [Theory]
    [InlineData("put - web[1-3]:/etc/f", "standard input")]
    [InlineData("put --targets web[1-3] - :/etc/f", "standard input")]
    [InlineData("put h:f web[1-3]:/etc", "'h:f' names a host")]
    [InlineData("put f --targets web[1-3] h:/etc", "with --targets")]
    [InlineData("get web[1-3]:/a -", "standard output")]
    [InlineData("get --targets web[1-3] :/a -", "standard output")]
    [InlineData("get web[1-3]:/a h:/b to", "'web[1-3]' and 'h:/b'")]
    [InlineData("get h:/b web[1-3]:/a to", "'web[1-3]' and 'h:/b'")]
    [InlineData("get --targets web[1-3] :/a h:/b", "'web[1-3]' and 'h:/b'")]
    [InlineData("get web[1-3]:/a web[4-5]:/b to", "two sets")]
    public void Other_paths_do_not_go_with_a_set(string line, string text)
        => Assert.Contains(text, Assert.ThrowsAny<FormatException>(() => SetOf(line)).Message);

    [Fact]
    public void Empty_local_path_does_not_go_with_a_set()
        => Assert.Contains("empty", Assert.Throws<FormatException>(() => SetOf("put", "", "web[1-3]:/etc")).Message);

    private static string? SetOf(string line) => SetOf(line.Split(' '));

    private static string? SetOf(params string[] words)
    {
        Command put = PutCommand.Create(UnusedCommands.Own, words), get = GetCommand.Create(UnusedCommands.Own, words);
        ParseResult parsed = new CommandLine("rsh-client", new RootCommand { put, get }).Parse(words);
        return FleetPaths.SetOf(parsed, (Argument<string[]>)parsed.CommandResult.Command.Arguments[0]);
    }
}
