using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Lists;

/// <summary>The files of the keys that may use the server, and of those that are revoked.</summary>
/// <param name="authorized">The keys that may use the server.</param>
/// <param name="options">Say which file has the revoked keys, if any.</param>
/// <param name="user">The user of the server, for which a certificate must be.</param>
/// <param name="log">Receives the lines that are not valid.</param>
internal sealed class KeyFiles(AuthorizedKeys authorized, CurrentOptions options, string user, ILogger log)
{
    private static readonly IReadOnlySet<string> NoKeys = new HashSet<string>();

    /// <summary>Reads both files.</summary>
    /// <exception cref="KeyListException">One of them cannot be used. If there is no <c>authorized_keys</c>, it has no keys.</exception>
    public KeyLists Read() => Read((file, line, fault) => log.LogWarning("{File} line {Line} is ignored: {Fault}", file, line, fault));

    /// <summary>Reads both files, unless one of them is missing, or is being written.</summary>
    /// <exception cref="KeyListException">One of them cannot be used, or is not whole.</exception>
    public KeyLists ReadWhole()
    {
        KeyFilesStamp before = Stamp();
        if (before.Authorized is null)
            throw new KeyListException($"there is no {authorized.Path}");
        KeyLists lists = Read((_, _, _) => { });
        if (Stamp() != before || IsCut())
            throw new KeyListException($"{authorized.Path} or the list of revoked keys is being written");
        return lists;
    }

    /// <summary>What differs once one of the files has been written or replaced.</summary>
    public KeyFilesStamp Stamp()
    {
        string? revoked = options.Value.RevokedKeysFile;
        return new(FileStamp.Of(authorized.Path), revoked, revoked is null ? null : FileStamp.Of(revoked));
    }

    private KeyLists Read(Action<string, int, string> unreadable)
    {
        IReadOnlyList<AuthorizedKey> lines = Read(
            authorized.Path, invalid => authorized.ReadAll((line, _, fault) => invalid(line, fault)), unreadable);
        IReadOnlySet<string> revoked = options.Value.RevokedKeysFile is { } path
            ? Read(path, new RevokedKeys(path).Read, unreadable)
            : NoKeys;
        return new(lines, revoked, user);
    }

    private static T Read<T>(string path, Func<Action<int, string>, T> read, Action<string, int, string> unreadable)
    {
        try
        {
            return read((line, fault) => unreadable(path, line, fault));
        }
        catch (Exception e) when (e is PrivateFileException or IOException or UnauthorizedAccessException)
        {
            throw new KeyListException($"{path} cannot be used: {e.Message}", e);
        }
    }

    // A last line that is not valid and has no end is the first part of a line.
    private bool IsCut()
    {
        try
        {
            string text = File.ReadAllText(authorized.Path);
            AuthorizedKeys.ParseLine(text[(text.LastIndexOf('\n') + 1)..]);
            return false;
        }
        catch (FormatException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
