namespace RemoteShell.Cli.Configuration;

/// <summary>A line of a configuration file that is neither empty nor a comment.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Keyword">The first word, as it is written.</param>
/// <param name="Rest">What follows the keyword, and a <c>=</c> after it. It is not empty.</param>
internal sealed record ConfigurationLine(ConfigurationPlace Place, string Keyword, string Rest)
{
    /// <summary>The words of <see cref="Rest"/>. Quotes hold a word together; a word that begins with # begins a comment.</summary>
    /// <exception cref="ConfigurationException">A quote has no end.</exception>
    public IReadOnlyList<string> Arguments()
        => ArgumentSplitter.TrySplit(Rest) ?? throw new ConfigurationException(Place, "a quote has no end");

    /// <summary>The only word of <see cref="Rest"/>.</summary>
    /// <exception cref="ConfigurationException">There are none or several, or a quote has no end.</exception>
    public string Argument() => Arguments() switch
    {
        [var only] => only,
        [] => throw new ConfigurationException(Place, $"{Keyword} needs a value"),
        [_, var extra, ..] => throw new ConfigurationException(
            Place, $"{Keyword} takes one value, so '{extra}' does not belong there; quote a value that has spaces"),
    };

    /// <summary>The meaning of yes or no.</summary>
    /// <exception cref="ConfigurationException">The value is neither.</exception>
    public bool IsYes() => Argument() switch
    {
        "yes" or "true" => true,
        "no" or "false" => false,
        var other => throw new ConfigurationException(Place, $"{Keyword} takes yes or no, not '{other}'"),
    };
}
