using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>The message in upper case. What is not a letter comes back as it is, newlines too, so that a client may talk line by line.</summary>
internal static class Upper
{
    public static Service Service { get; } = new("upper", 8081, "answers in upper case", HandleAsync);

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadCharactersAsync(Characters.Utf8, cancellationToken) is { } message)
            await talk.SendAsync(Characters.Utf8.GetBytes(ToUpper(Characters.Utf8.GetString(message))));
    }

    // The framework maps one character to one; these are the common ones whose upper case has two.
    private static string ToUpper(string text)
        => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal).Replace("ﬀ", "FF", StringComparison.Ordinal).Replace("ﬁ", "FI", StringComparison.Ordinal).Replace("ﬂ", "FL", StringComparison.Ordinal);
}
