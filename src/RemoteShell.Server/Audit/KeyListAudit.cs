using System.Security.Cryptography;

namespace RemoteShell.Server.Audit;

/// <summary>Records the lists of keys at the start, and each time that they have changed. For one caller at a time.</summary>
/// <param name="journal">The audit journal.</param>
/// <param name="files">Returns the paths of the lists.</param>
internal sealed class KeyListAudit(AuditJournal journal, Func<IEnumerable<string>> files)
{
    private string _last = "";

    /// <summary>Records the size and the digest of each list, unless they are as they were.</summary>
    public void Record()
    {
        IEnumerable<string> paths = files().Distinct(StringComparer.Ordinal);
        Dictionary<string, AuditStream> lists = paths.ToDictionary(path => path, Read, StringComparer.Ordinal);
        string now = string.Join('\n', lists.Select(list => $"{list.Key} {list.Value.Digest}"));
        if (now == _last)
            return;
        _last = now;
        journal.Write(new() { Event = AuditEvent.Keys, Verb = "lists", Streams = lists });
    }

    private static AuditStream Read(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return new(bytes.Length, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(0);
        }
    }
}
