using System.Globalization;

namespace RemoteShell.Server.Audit;

/// <summary>The files of an audit journal, in one folder.</summary>
/// <param name="folder">The folder.</param>
internal sealed class AuditFolder(string folder)
{
    private const string Prefix = "audit-", Ending = ".jsonl";

    // So many that the names are in the order of the numbers.
    private const string NumberFormat = "D15";

    /// <summary>The folder's path.</summary>
    public string Path => folder;

    /// <summary>The file that is written.</summary>
    public string Current => System.IO.Path.Combine(folder, "audit.jsonl");

    /// <summary>The full files, the oldest first.</summary>
    public IReadOnlyList<string> Full()
    {
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.GetFiles(folder, $"{Prefix}*{Ending}").Where(IsFull).Order(StringComparer.Ordinal)];
    }

    /// <summary>All files that are there, the oldest first.</summary>
    public IReadOnlyList<string> All() => File.Exists(Current) ? [.. Full(), Current] : Full();

    /// <summary>The name of a full file.</summary>
    /// <param name="first">The number of its first line.</param>
    public string FullName(long first)
        => System.IO.Path.Combine(folder, $"{Prefix}{first.ToString(NumberFormat, CultureInfo.InvariantCulture)}{Ending}");

    private static bool IsFull(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        return long.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Ending.Length), NumberStyles.None, null, out _);
    }
}
