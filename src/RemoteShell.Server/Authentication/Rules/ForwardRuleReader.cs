namespace RemoteShell.Server.Authentication.Rules;

/// <summary>Reads the targets and places of the options of a key.</summary>
/// <remarks>As in ssh, the host is literal: a pattern would permit more than its author expects.</remarks>
internal static class ForwardRuleReader
{
    /// <summary>Reads where a key may connect to.</summary>
    /// <param name="text">The target.</param>
    /// <param name="option">The option, for messages.</param>
    /// <exception cref="FormatException">The text is not a target, or has a pattern.</exception>
    public static ForwardRule ParseOpen(string text, string option)
    {
        if (HostOf(text).AsSpan().ContainsAny("*?"))
            throw new FormatException($"'{text}' in {option} has a pattern; write one for each host");
        return Parse(text, option, ForwardRule.ParseOpen);
    }

    /// <summary>Reads where a key may listen. The host <c>*</c> is all addresses.</summary>
    /// <param name="text">The place.</param>
    /// <param name="option">The option, for messages.</param>
    /// <exception cref="FormatException">The text is not a place, or has a pattern.</exception>
    public static ForwardRule ParseListen(string text, string option)
    {
        if (HostOf(text) is { } host && host != "*" && host.AsSpan().ContainsAny("*?"))
            throw new FormatException($"'{text}' in {option} has a pattern; write one for each host, or * for all");
        return Parse(text, option, ForwardRule.ParseListen);
    }

    private static string? HostOf(string text)
        => !text.StartsWith('/') && text.LastIndexOf(':') is > 0 and int colon ? text[..colon] : null;

    private static ForwardRule Parse(string text, string option, Func<string, ForwardRule> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{option}: {e.Message}", e);
        }
    }
}
