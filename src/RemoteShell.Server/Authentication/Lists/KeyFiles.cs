using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Lists;

/// <summary>The files of the keys that may use the server, and of those that are revoked.</summary>
/// <param name="options">Say which files these are.</param>
/// <param name="user">The user of the server, for which a certificate must be.</param>
/// <param name="log">Receives the lines that are not valid.</param>
internal sealed class KeyFiles(CurrentOptions options, string user, ILogger log)
{
    private static readonly IReadOnlySet<string> NoKeys = new HashSet<string>();

    // The files of authorized keys that existed at the last reading. One that has gone away is missing; one that never was is not.
    private volatile IReadOnlyList<string> _present = [];

    /// <summary>Reads all files.</summary>
    /// <remarks>A list of authorized keys that does not exist has no keys.</remarks>
    /// <exception cref="KeyListException">One of them cannot be used.</exception>
    public KeyLists Read()
        => Read(options.Value, (file, line, fault) => log.LogWarning("{File} line {Line} is ignored: {Fault}", file, line, fault));

    /// <summary>Reads all files, unless one of them is missing, or is being written.</summary>
    /// <exception cref="KeyListException">One of them cannot be used, or is not whole.</exception>
    public KeyLists ReadWhole()
    {
        ServerOptions current = options.Value;
        KeyFilesStamp before = StampOf(current);
        string[] present = [.. before.Authorized.Where(file => file.File is not null).Select(file => file.Path)];
        string[] expected = present.Length == 0 ? [current.AuthorizedKeysFile] : [.. _present.Intersect(current.AllAuthorizedKeysFiles)];
        if (expected.Except(present).FirstOrDefault() is { } missing)
            throw new KeyListException($"there is no {missing}");
        KeyLists lists = Read(current, (_, _, _) => { });
        if (StampOf(current) != before || present.FirstOrDefault(IsCut) is not null)
            throw new KeyListException($"{string.Join(", ", present)} or the list of revoked keys is being written");
        _present = present;
        return lists;
    }

    /// <summary>What differs once one of the files has been written or replaced.</summary>
    public KeyFilesStamp Stamp() => StampOf(options.Value);

    private static KeyFilesStamp StampOf(ServerOptions options) => new(
        [.. options.AllAuthorizedKeysFiles.Select(KeyFileStamp.Of)],
        options.RevokedKeysFile is { } revoked ? KeyFileStamp.Of(revoked) : null);

    private KeyLists Read(ServerOptions options, Action<string, int, string> unreadable)
    {
        List<AuthorizedKey> lines = [];
        foreach (string path in options.AllAuthorizedKeysFiles)
        {
            var keys = new AuthorizedKeys(path);
            lines.AddRange(Read(path, invalid => keys.ReadAll((line, _, fault) => invalid(line, fault)), unreadable));
        }

        IReadOnlySet<string> revoked = options.RevokedKeysFile is { } file
            ? Read(file, new RevokedKeys(file).Read, unreadable)
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
    private static bool IsCut(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
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
