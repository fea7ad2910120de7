using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Audit;

/// <summary>Puts signatures into lines of the audit journal, and verifies them.</summary>
internal static class AuditSeal
{
    // The signature is the last property: what is signed are the bytes before it.
    private static readonly byte[] Before = Encoding.ASCII.GetBytes(",\"signature\":\"");
    private static readonly byte[] After = Encoding.ASCII.GetBytes("\"}");
    private static readonly int TextLength = Convert.ToBase64String(new byte[JournalSignature.Length]).Length;

    /// <summary>The bytes of the line, signed.</summary>
    /// <param name="line">A line without signature.</param>
    /// <param name="identity">The host key.</param>
    public static byte[] Sign(AuditLine line, Identity identity)
    {
        byte[] json = line.ToJson();
        byte[] text = Encoding.ASCII.GetBytes(Convert.ToBase64String(JournalSignature.Sign(json, identity)));
        return [.. json[..^1], .. Before, .. text, .. After];
    }

    /// <summary>The key that has signed the line.</summary>
    /// <returns>Null if the signature is not one of the key that the line names.</returns>
    public static PublicKey? FindSigner(ReadOnlySpan<byte> json, AuditLine line)
    {
        int start = json.Length - After.Length - TextLength - Before.Length;
        if (start < 1 || line.HostKey is null || !PublicKey.TryParse(line.HostKey, out PublicKey? key))
            return null;
        ReadOnlySpan<byte> rest = json[start..];
        if (!rest.StartsWith(Before) || !rest.EndsWith(After))
            return null;
        string text = Encoding.ASCII.GetString(rest.Slice(Before.Length, TextLength));
        var signature = new byte[TextLength];
        // Some bits of the last digit of Base64 mean nothing.
        if (!Convert.TryFromBase64String(text, signature, out int count) || Convert.ToBase64String(signature, 0, count) != text)
            return null;
        return JournalSignature.IsValid([.. json[..start], (byte)'}'], signature.AsSpan(0, count), key!) ? key : null;
    }
}
