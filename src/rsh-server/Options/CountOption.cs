using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RemoteShell.Cli.Server.Options;

/// <summary>An option that takes a whole number.</summary>
internal static class CountOption
{
    /// <summary>Makes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, without a full stop.</param>
    /// <param name="usual">The default.</param>
    /// <param name="min">The least value.</param>
    public static Option<int?> Create(string name, string description, int usual, int min = 1) => new(name)
    {
        Description = $"{description} [{usual}].",
        HelpName = "N",
        CustomParser = result => (int?)Parse(result, name, min, int.MaxValue),
    };

    private static long? Parse(ArgumentResult result, string name, long min, long max)
    {
        string text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) || number > max)
            result.AddError($"{name} takes a whole number of {min} to {max}, not '{text}'");
        else if (number < min)
            result.AddError($"{name} must be at least {min}, not {number}");
        else
            return number;
        return null;
    }
}
