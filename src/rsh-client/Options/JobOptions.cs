using System.CommandLine;
using System.Globalization;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Options;

/// <summary>JOB and the options that the subcommands for jobs share.</summary>
internal static class JobOptions
{
    public static Argument<string> Job { get; } = new("JOB") { Description = "The job's id, or any unique prefix of it." };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON, one object per line." };

    /// <summary>An option that takes a number of bytes, also with a unit.</summary>
    public static Option<long?> SizeFlag(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ByteSize.TryParse(text) is { } size)
                return size;
            result.AddError($"{name}: '{text}' is not a size; write bytes, or 64K, 16M, 1G or 2T (K is 1024 bytes)");
            return null;
        },
    };

    /// <summary>An option that takes a whole number of at least 0.</summary>
    public static Option<long?> CountFlag(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                return count;
            result.AddError($"{name} takes a whole number of at least 0, not '{result.Tokens[0].Value}'");
            return null;
        },
    };
}
