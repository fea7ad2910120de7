using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>A key of the configuration file.</summary>
/// <param name="Name">The name, as the manual writes it. Case and hyphens do not count.</param>
/// <param name="Shape">What the value looks like.</param>
/// <param name="Text">What it does, in one or two sentences.</param>
internal sealed record ConfigurationKey(string Name, KeyShape Shape, string Text)
{
    /// <summary>The option that the key stands for, on each command that has it; null if the key has a meaning of its own.</summary>
    public string? Option { get; init; }

    /// <summary>The command whose option of this name means something else; null if there is none.</summary>
    public string? NotOf { get; init; }

    /// <summary>The value without a line in a file; null if there is none, or if the text tells it.</summary>
    public string? Default { get; init; }

    /// <summary>Throws <see cref="FormatException"/> if a value is wrong. Null: every value is right, or its option checks it.</summary>
    public Action<string>? Check { get; init; }

    /// <summary>Whether later lines add values. Otherwise the first line counts.</summary>
    public bool Adds { get; init; }

    /// <summary>Whether it counts in whatever block it stands, and is not a setting of a host.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>Another name, which users of ssh or of the options may type.</summary>
    public string? Alias { get; init; }

    /// <summary>The name for comparison: lower case, without hyphens.</summary>
    public static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Whether the word of a file means this key.</summary>
    public bool Is(string word) => Plain(word) == Plain(Name) || (Alias is not null && Plain(word) == Plain(Alias));

    /// <summary>Reads the values of a line with this key.</summary>
    /// <exception cref="ConfigurationException">The line is wrong.</exception>
    public IReadOnlyList<string> ValuesOf(ConfigurationLine line)
    {
        IReadOnlyList<string> values = Shape switch
        {
            KeyShape.Flag => [line.IsYes() ? "yes" : "no"],
            KeyShape.Words => line.Arguments(),
            KeyShape.CommandLine or KeyShape.Definition => [line.Rest],
            _ => [line.Argument()],
        };
        if (values.Count == 0 || values[0].Length == 0)
            throw new ConfigurationException(line.Place, $"{Name} needs a value");
        try
        {
            foreach (string value in values)
                Check?.Invoke(value);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(line.Place, $"{Name}: {e.Message}");
        }

        return values;
    }
}
