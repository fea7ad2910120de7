using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>A key in a signed text: as in <c>authorized_keys</c>, without options and comment.</summary>
internal static class KeyText
{
    public const string Fault = "'key' must be a key as in authorized_keys, without options and comment";

    /// <summary>Returns null if the text is not exactly the text of a key.</summary>
    /// <remarks>Ids of jobs follow from the text, so a key has one only.</remarks>
    public static PublicKey? Parse(string text)
        => PublicKey.TryParse(text, out PublicKey? key) && key!.ToString() == text ? key : null;
}
