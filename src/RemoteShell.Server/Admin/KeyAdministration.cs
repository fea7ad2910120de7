using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Invitations;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Admin;

/// <summary>Lists and removes the keys that may use a server. No server need run.</summary>
/// <param name="options">Say where the files are.</param>
public sealed class KeyAdministration(ServerOptions options)
{
    private readonly AuthorizedKeys _keys = new(options.AuthorizedKeysFile);

    /// <summary>Lists the lines that have a key, in the order of the file.</summary>
    /// <param name="status">The running server; null: none runs.</param>
    /// <exception cref="RemoteShellException">The file cannot be used.</exception>
    public IReadOnlyList<ListedKey> List(ServerStatus? status)
    {
        IReadOnlySet<string> revoked = Revoked();
        return [.. _keys.ReadAll((_, _, _) => { }).Select(line => Listed(line, revoked, status))];
    }

    /// <summary>Lists the invitations that are not used yet.</summary>
    public IReadOnlyList<ListedInvitation> Invitations() =>
    [
        .. new InvitationFolder(options.InvitationFolder, _keys).FindOpen()
            .Select(open => new ListedInvitation(open.Name, open.Options.Length > 0 ? open.Options : null, open.Expires)),
    ];

    /// <summary>Removes all lines of a key from <c>authorized_keys</c>. The rest of the file stays as it is.</summary>
    /// <param name="key">Its fingerprint, the text behind it if no other key has the same, or the key.</param>
    /// <param name="addsToRevoked">Whether to add it to the list of revoked keys; then it need not be in <c>authorized_keys</c>.</param>
    /// <param name="status">The running server; null: none runs.</param>
    /// <exception cref="RemoteShellException">The key is not known or not unique, or a file cannot be used.</exception>
    public RemovedKey Revoke(string key, bool addsToRevoked, ServerStatus? status)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (addsToRevoked && options.RevokedKeysFile is null)
        {
            throw new RemoteShellException("there is no list of revoked keys")
            {
                Hint = "name its file with --revoked-keys of 'rsh-server run', or with RevokedKeys in the configuration",
            };
        }

        AuthorizedKey? found = Find(key);
        if (found is null && !(addsToRevoked && PublicKey.IsFingerprint(key)))
            throw new RemoteShellException($"{_keys.Path} has no key '{key}'") { Hint = "list the keys with: rsh-server keys" };
        string fingerprint = found?.Key.Fingerprint ?? key, name = found?.Comment ?? "";
        // First the list of revoked keys: from then on the key is refused, whatever becomes of the other file.
        bool isAdded = addsToRevoked && new RevokedKeys(options.RevokedKeysFile!).Add(fingerprint, name);
        IReadOnlySet<string> revoked = Revoked();
        return new()
        {
            Key = fingerprint,
            Name = LogSanitizer.Of(name),
            Removed = found is null ? [] : [.. _keys.Remove(found.Key).Select(line => Listed(line, revoked, status))],
            IsAddedToRevoked = isAdded,
            IsRevoked = revoked.Contains(fingerprint),
            Authorities = [.. List(status).Where(line => line is { Authority: true, Unused: null })],
        };
    }

    private AuthorizedKey? Find(string key)
    {
        AuthorizedKey[] named = [.. _keys.ReadAll((_, _, _) => { }).Where(line => line.IsNamed(key)).DistinctBy(line => line.Key)];
        return named.Length <= 1
            ? named.FirstOrDefault()
            : throw new RemoteShellException(
                $"{named.Length} keys are named '{key}': {string.Join(", ", named.Select(line => line.Key.Fingerprint))}")
            {
                Hint = "write the fingerprint of one of them",
            };
    }

    private IReadOnlySet<string> Revoked()
        => options.RevokedKeysFile is { } file && File.Exists(file) ? new RevokedKeys(file).Read((_, _) => { }) : new HashSet<string>();

    private ListedKey Listed(AuthorizedKey line, IReadOnlySet<string> revoked, ServerStatus? status) => new()
    {
        File = _keys.Path,
        Line = line.LineNumber,
        Key = line.Key.Fingerprint,
        Type = line.Key.Type,
        Name = LogSanitizer.Of(line.Comment),
        Options = line.Options.Length > 0 ? LogSanitizer.Of(line.Options) : null,
        Expires = line.Expires is { } end ? new DateTimeOffset(end, TimeSpan.Zero) : null,
        Authority = line.IsAuthority,
        Unused = line switch
        {
            _ when revoked.Contains(line.Key.Fingerprint) => "revoked",
            { Expires: { } past } when past <= DateTime.UtcNow => "expired",
            _ => null,
        },
        Connections = status is null
            ? null
            : [.. status.Connections.Where(one => one.Key == line.Key.Fingerprint).Select(one => one.Id)],
    };
}
