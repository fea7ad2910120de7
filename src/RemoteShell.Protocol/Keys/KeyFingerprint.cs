using System.Buffers;

namespace RemoteShell.Protocol.Keys;

/// <summary>The form of a fingerprint: <c>SHA256:</c> and the base64 of the key's hash without padding, as OpenSSH prints it.</summary>
public static class KeyFingerprint
{
    private const string Prefix = "SHA256:";

    // Of 32 bytes.
    private const int Digits = 43;

    private static readonly SearchValues<char> Base64Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    /// <summary>Whether a text has this form.</summary>
    public static bool Is(string text)
        => text is { Length: 7 + Digits }
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Base64Digits) < 0;
}
