using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Returns the message in upper case.</summary>
/// <remarks>Everything but letters comes back unchanged, newlines too, so that a client may work line by line.</remarks>
internal static class Upper
{
    // .NET maps one character to one. These common ones have two in upper case.
    private static readonly (string Lower, string Upper)[] Expanding = [("ß", "SS"), ("ﬀ", "FF"), ("ﬁ", "FI"), ("ﬂ", "FL")];

    public static Service Service { get; } = new("upper", 8081, "answers in upper case", HandleAsync);

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadCharactersAsync(Characters.Utf8, cancellationToken) is { } message)
            await client.SendAsync(Characters.Utf8.GetBytes(ToUpper(Characters.Utf8.GetString(message))));
    }

    private static string ToUpper(string text)
        => Expanding.Aggregate(text.ToUpperInvariant(), (result, pair) => result.Replace(pair.Lower, pair.Upper, StringComparison.Ordinal));
}
