using System.CommandLine;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Options;

/// <summary>An option that takes a duration: <c>500ms</c>, <c>30s</c>, <c>2h</c>.</summary>
internal static class DurationOption
{
    /// <summary>Makes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="min">The least value. Default: 0.</param>
    public static Option<TimeSpan?> Create(string name, string description, TimeSpan min = default) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            try
            {
                TimeSpan time = Duration.Parse(result.Tokens[0].Value);
                if (time >= min)
                    return time;
                result.AddError($"{name} must be at least {min.TotalSeconds}s");
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
            }

            return null;
        },
    };
}
