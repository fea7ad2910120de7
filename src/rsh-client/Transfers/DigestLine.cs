using System.Text;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Files.Names;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>A line that <c>sha256sum -c</c> reads.</summary>
internal static class DigestLine
{
    private const string Prefix = "sha256:";

    /// <summary>The line of a file, with its line feed; null if the digest is not a SHA-256.</summary>
    /// <param name="digest">The digest of the file.</param>
    /// <param name="folder">The folder in which the path is; empty for the current one.</param>
    /// <param name="path">The path, with bytes that are not UTF-8 as <c>\xNN</c>.</param>
    public static byte[]? Of(string? digest, string folder, string path)
    {
        if (digest?.StartsWith(Prefix, StringComparison.Ordinal) != true)
            return null;
        byte[] name = [.. RawWords.ToBytes(folder), .. EscapedBytes.ToBytes(path)];
        byte[] escaped = [.. name.SelectMany(Escape)];
        string mark = escaped.Length == name.Length ? "" : "\\";
        return [.. Encoding.ASCII.GetBytes($"{mark}{digest[Prefix.Length..]}  "), .. escaped, (byte)'\n'];
    }

    /// <summary>The line for a terminal, which must not obey the name of a file.</summary>
    public static string Shown(byte[] line) => UserMessages.Line(Encoding.UTF8.GetString(line).TrimEnd('\n'));

    // A line with such a character begins with a backslash.
    private static byte[] Escape(byte value) => value switch
    {
        (byte)'\\' => @"\\"u8.ToArray(),
        (byte)'\n' => @"\n"u8.ToArray(),
        (byte)'\r' => @"\r"u8.ToArray(),
        _ => [value],
    };
}
