using System.CommandLine;
using System.CommandLine.Parsing;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Options;

/// <summary>An option that takes a size: <c>65536</c>, <c>64K</c>, <c>16M</c>.</summary>
internal static class SizeOption
{
    /// <summary>Bytes of the least quota.</summary>
    public const long MinQuota = 65536;

    /// <summary>Makes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, without a full stop.</param>
    /// <param name="usual">The default, in bytes.</param>
    /// <param name="min">The least value, in bytes.</param>
    public static Option<long?> Create(string name, string description, long usual, long min = MinQuota) => new(name)
    {
        Description = $"{description} [{ByteSize.Words(usual)}].",
        HelpName = "SIZE",
        CustomParser = result => Parse(result, name, min, long.MaxValue),
    };

    /// <summary>Makes an option for less than 2 GiB.</summary>
    public static Option<int?> CreateSmall(string name, string description, int usual, int min) => new(name)
    {
        Description = $"{description} [{ByteSize.Words(usual)}].",
        HelpName = "SIZE",
        CustomParser = result => (int?)Parse(result, name, min, int.MaxValue),
    };

    /// <summary>Reads the value of an option; null if it is not valid, which the result says then.</summary>
    public static long? Parse(ArgumentResult result, string name, long min, long max)
    {
        string text = result.Tokens[0].Value;
        if (ByteSize.TryParse(text) is not { } size)
            result.AddError($"{name}: '{text}' is not a size; write bytes, or 64K, 16M, 1G or 2T (K is 1024 bytes)");
        else if (size < min)
            result.AddError($"{name} must be at least {ByteSize.Words(min)}, not {text}");
        else if (size > max)
            result.AddError($"{name} must be at most {max}, not {text}");
        else
            return size;
        return null;
    }
}
