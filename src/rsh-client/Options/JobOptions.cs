using System.CommandLine;
using System.Globalization;

namespace RemoteShell.Cli.Client.Options;

/// <summary>JOB and the options that the subcommands for jobs share.</summary>
internal static class JobOptions
{
    public static Argument<string> Job { get; } = new("JOB") { Description = "The job's id, or any unique prefix of it." };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON, one object per line." };

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
