using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using RemoteShell.Files.Quotas;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Files;

/// <summary>The bytes of content that each key has stored, in a file for each key. Safe for use by several threads.</summary>
/// <remarks>
/// A file is written when its number has changed by 16 MiB, and when a transfer ends. Content is counted before it is stored. So after
/// SIGKILL the number is wrong by at most 16 MiB, and by the file that then replaced another.
/// </remarks>
/// <param name="folder">The folder of the files. It is created when it is needed.</param>
/// <param name="limit">Returns the bytes of each key whose options name no other limit; null: no limit. Called for each transfer.</param>
/// <param name="log">Receives what is wrong with the files.</param>
internal sealed class FileQuotas(string folder, Func<long?> limit, ILogger log)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<PublicKey, StoredContent> _stored = [];

    /// <summary>The quota of a key.</summary>
    public ContentQuota Of(AuthorizedKey key)
    {
        if ((key.FileQuota ?? limit()) is not { } bytes)
            return ContentQuota.Unlimited;
        lock (_gate)
        {
            if (!_stored.TryGetValue(key.Key, out StoredContent? stored))
                _stored[key.Key] = stored = Read(key.Key);
            return new(stored, bytes);
        }
    }

    private StoredContent Read(PublicKey key)
    {
        string path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())))[..32]);
        return new(ReadNumber(path), bytes => TryWrite(path, key, bytes));
    }

    private long ReadNumber(string path)
    {
        try
        {
            string[] words = File.ReadAllText(path).Split(' ');
            if (long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
                return bytes;
            log.LogError("{Path} does not begin with a number of bytes: the file quota of its key begins at 0", path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The key has not stored anything yet.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("cannot read {Path}: the file quota of its key begins at 0: {Reason}", path, e.Message);
        }

        return 0;
    }

    // Beside its place and then renamed: a killed server leaves the old number or the new one.
    private bool TryWrite(string path, PublicKey key, long bytes)
    {
        string beside = path + ".new";
        try
        {
            PrivateFolder.Create(folder);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(beside, options))
            {
                file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes} {key.Fingerprint}\n")));
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("cannot write {Path}, which counts the file quota of a key; it is tried again: {Reason}", path, e.Message);
            return false;
        }
    }
}
