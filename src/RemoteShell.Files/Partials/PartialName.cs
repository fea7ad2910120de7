using System.Security.Cryptography;
using System.Text;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Partials;

/// <summary>The names of partial files and their records.</summary>
internal static class PartialName
{
    private const string Prefix = ".rsh-partial-", RecordSuffix = ".record";

    private const int Digits = 16;

    /// <summary>The partial file of a target: one for each name, and short for any name.</summary>
    public static FileName Of(FileName target) => Named(target.Bytes);

    /// <summary>The file beside a folder that is being made of a source: one for each name and source.</summary>
    public static FileName OfFolder(FileName folder, string source)
        => Named([.. folder.Bytes, (byte)'/', .. Encoding.UTF8.GetBytes(source)]);

    /// <summary>The record beside a partial file.</summary>
    public static FileName RecordOf(FileName partial) => FileName.Of(partial.Escaped + RecordSuffix);

    /// <summary>Whether the name is that of a partial file.</summary>
    public static bool IsPartial(FileName name) => HasPrefix(name) && IsPartial(name.Escaped);

    /// <summary>The name of the partial file that a record belongs to; null if the name is not that of a record.</summary>
    public static FileName? OfRecord(FileName name)
    {
        if (!HasPrefix(name))
            return null;
        string text = name.Escaped;
        return text.EndsWith(RecordSuffix, StringComparison.Ordinal) && IsPartial(text[..^RecordSuffix.Length])
            ? FileName.Of(text[..^RecordSuffix.Length])
            : null;
    }

    private static FileName Named(ReadOnlySpan<byte> what)
        => FileName.Of(Prefix + Convert.ToHexStringLower(SHA256.HashData(what))[..Digits]);

    private static bool HasPrefix(FileName name) => name.Bytes.StartsWith(".rsh-partial-"u8);

    private static bool IsPartial(string text)
        => text.Length == Prefix.Length + Digits && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Prefix.Length..].All(char.IsAsciiHexDigitLower);
}
