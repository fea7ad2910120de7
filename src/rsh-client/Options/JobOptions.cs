using System.CommandLine;
using System.Globalization;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Which job: what the subcommands for jobs share.</summary>
internal static class JobOptions
{
    public static Argument<string> Job { get; } = new("JOB") { Description = "The job's id, or a beginning that no other of your jobs has." };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON, one object in each line." };

    /// <summary>An offset or a number of something.</summary>
    public static Option<long?> CountFlag(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                return count;
            result.AddError($"{name} takes a whole number that is not negative, and not '{result.Tokens[0].Value}'");
            return null;
        },
    };
}
