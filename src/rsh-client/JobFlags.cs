using System.CommandLine;

namespace RemoteShell.Cli.Client;

/// <summary>Which job: what the subcommands for jobs share.</summary>
internal static class JobFlags
{
    public static Argument<string> Job { get; } = new("JOB") { Description = "The job's id, or a beginning that no other of your jobs has." };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON, one object in each line." };
}
