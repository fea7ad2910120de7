using System.CommandLine;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Options;

/// <summary>An option that takes a duration: <c>500ms</c>, <c>30s</c>, <c>2h</c>.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            try
            {
                return Duration.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
                return null;
            }
        },
    };
}
