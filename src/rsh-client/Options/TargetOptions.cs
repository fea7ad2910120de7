using System.CommandLine;

namespace RemoteShell.Cli.Client.Options;

/// <summary>TARGETS, for commands that take many hosts.</summary>
internal static class TargetOptions
{
    /// <summary>One or more words that name hosts.</summary>
    public static Argument<string[]> All { get; } = new("TARGETS")
    {
        Description = "Hosts, or sets [USER@]SET[:PORT], such as 'web[1-20]!web7' or @GROUP; - reads sets from standard input.",
        Arity = ArgumentArity.OneOrMore,
    };
}
