using RemoteShell.Server.Processes.Terminals;

namespace RemoteShell.Server.Tests.Processes;

public sealed class TerminalTypeTests : IDisposable
{
    private static readonly Dictionary<string, string> None = [];

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("xterm-nonsense", true)]
    [InlineData("../x/xterm", true)]
    [InlineData("x/../xterm", true)]
    [InlineData(".", true)]
    [InlineData("xterm", false)]
    [InlineData("dumb", false)]
    public void Type_without_a_description_is_unknown(string type, bool isUnknown)
    {
        Assert.SkipUnless(HasDescriptions, "needs the terminal descriptions of ncurses");
        Assert.Equal(isUnknown, TerminalType.IsUnknown(type, _home.Path, None));
    }

    [Theory]
    [InlineData(".terminfo/m/mine", null, null)]
    [InlineData(".terminfo/6d/mine", null, null)]
    [InlineData("own/m/mine", "TERMINFO", "own")]
    [InlineData("own/m/mine", "TERMINFO_DIRS", ":own")]
    public void Type_that_the_user_describes_is_known(string file, string? variable, string? folder)
    {
        Assert.SkipUnless(HasDescriptions, "needs the terminal descriptions of ncurses");
        Assert.True(TerminalType.IsUnknown("mine", _home.Path, None));
        Directory.CreateDirectory(Path.GetDirectoryName(_home[file])!);
        File.WriteAllText(_home[file], "");
        var variables = new Dictionary<string, string>();
        if (variable is not null)
            variables[variable] = folder!.Replace("own", _home["own"], StringComparison.Ordinal);
        Assert.False(TerminalType.IsUnknown("mine", _home.Path, variables));
    }

    private static bool HasDescriptions
        => !TerminalType.IsUnknown("xterm-256color", "/", None) && TerminalType.IsUnknown("none", "/", None);
}
