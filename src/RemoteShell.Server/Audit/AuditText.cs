using System.Security.Cryptography;
using System.Text;

namespace RemoteShell.Server.Audit;

/// <summary>Bounds the texts of clients in the audit journal.</summary>
internal static class AuditText
{
    // In UTF-8.
    private const int MaxBytes = 16 * 1024;

    // Characters of other texts.
    private const int MaxLength = 1024;

    /// <summary>The line with its texts cut to 1024 characters, except those that <see cref="WithWhat"/> bounds.</summary>
    public static AuditLine Bounded(this AuditLine line)
    {
        bool isShort = !IsLong(line.Name) && !IsLong(line.Verb) && !IsLong(line.Job)
            && !IsLong(line.Folder) && !IsLong(line.Reason) && !IsLong(line.Signal);
        if (isShort)
            return line;
        return line with
        {
            Name = Cut(line.Name),
            Verb = Cut(line.Verb),
            Job = Cut(line.Job),
            Folder = Cut(line.Folder),
            Reason = Cut(line.Reason),
            Signal = Cut(line.Signal),
        };
    }

    private static bool IsLong(string? text) => text?.Length > MaxLength;

    // Not within a pair of surrogates.
    private static string? Cut(string? text)
    {
        if (text is null || text.Length <= MaxLength)
            return text;
        return text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)] + "…";
    }

    /// <summary>Puts the exact arguments into a line, unless they are too long.</summary>
    public static AuditLine WithArgv(this AuditLine line, IReadOnlyList<string>? argv)
        => argv is null || !Fits(argv) ? line : line with { Argv = argv };

    private static bool Fits(IReadOnlyList<string> argv)
    {
        int bytes = 0;
        for (int i = 0; i < argv.Count && bytes <= MaxBytes; i++)
            bytes += Encoding.UTF8.GetByteCount(argv[i]);
        return bytes <= MaxBytes;
    }

    /// <summary>Puts what was asked for into a line. A text that is too long is cut, and its digest is there too.</summary>
    public static AuditLine WithWhat(this AuditLine line, string what)
    {
        if (what.Length <= MaxBytes / 3)
            return line with { What = what };
        byte[] bytes = Encoding.UTF8.GetBytes(what);
        if (bytes.Length <= MaxBytes)
            return line with { What = what };
        int end = MaxBytes;
        // Not within a character: its bytes after the first one begin with the bits 10.
        while ((bytes[end] & 0xC0) == 0x80)
            end--;
        string digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return line with { What = Encoding.UTF8.GetString(bytes, 0, end) + "…", WhatDigest = digest };
    }
}
