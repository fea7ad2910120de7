using System.Security.Cryptography;
using System.Text.Json;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication.Vouching;

namespace RemoteShell.Server.Authentication.Invitations;

/// <summary>The invitations that are not used yet: a file for each, which only the server's user can read.</summary>
/// <param name="folder">The folder.</param>
/// <param name="keys">The list to which a client is added that comes with one.</param>
public sealed class InvitationFolder(string folder, AuthorizedKeys keys)
{
    // More than an administrator hands out at once.
    private const int MaxInvitations = 1000;

    private const string Suffix = ".json", Used = ".used";

    // A valid key, to check the options in front of one.
    private const string AnyKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// <summary>Makes an invitation.</summary>
    /// <param name="fingerprint">The fingerprint of the server's key.</param>
    /// <param name="name">The name that the client gets in the list of authorized keys.</param>
    /// <param name="options">The options in front of its key; empty: none.</param>
    /// <param name="lifetime">How long it can be used.</param>
    /// <exception cref="FormatException">The name or the options are not valid.</exception>
    /// <exception cref="RemoteShellException">There are too many already.</exception>
    public Invitation Add(string fingerprint, string name, string options, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            throw new FormatException($"'{name}' is not a name: it must be one word");
        string line = LineOf(new(name, options, default), AnyKey);
        if (line.Any(char.IsControl) || AuthorizedKeys.ParseLine(line) is null)
            throw new FormatException("the options are not valid");
        RemoveExpired();
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder).Count() >= MaxInvitations)
            throw new RemoteShellException($"{MaxInvitations} invitations are not used yet") { Hint = $"remove some: rm {folder}/*" };
        Invitation made = Invitation.Make(fingerprint);
        var entry = new InvitationEntry(name, options, DateTimeOffset.UtcNow + lifetime);
        PrivateFile.TryCreate(FileOf(made.Secret.Span), JsonSerializer.SerializeToUtf8Bytes(entry, InvitationJson.Default.InvitationEntry));
        return made;
    }

    /// <summary>Returns the invitations that can be used now, those that end first at first.</summary>
    public IReadOnlyList<OpenInvitation> FindOpen()
    {
        if (!Directory.Exists(folder))
            return [];
        return
        [
            .. Directory.EnumerateFiles(folder, $"*{Suffix}")
                .Select(TryRead)
                .OfType<InvitationEntry>()
                .Where(entry => entry.Expires > DateTimeOffset.UtcNow)
                .OrderBy(entry => entry.Expires)
                .Select(entry => new OpenInvitation(entry.Name, entry.Options, entry.Expires)),
        ];
    }

    /// <summary>Adds a key to the list, if the secret is that of an invitation. It cannot be used again.</summary>
    /// <returns>The name that the key has in the list.</returns>
    /// <exception cref="ProofException">There is no such invitation, or it has expired.</exception>
    internal string Redeem(ReadOnlySpan<byte> secret, PublicKey key)
    {
        string file = FileOf(secret), used = $"{file}{Used}";
        try
        {
            // Of two clients that come at once with the same invitation, only one can move it.
            File.Move(file, used);
        }
        catch (IOException)
        {
            throw NotValid("the invitation is not valid: it was used already, has expired, or is another server's");
        }

        try
        {
            string text = PrivateFile.ReadSecret(used);
            InvitationEntry entry = JsonSerializer.Deserialize(text, InvitationJson.Default.InvitationEntry) ?? throw new JsonException();
            if (entry.Expires <= DateTimeOffset.UtcNow)
            {
                File.Delete(used);
                throw NotValid($"the invitation has expired at {entry.Expires:yyyy-MM-dd HH:mm:ss} UTC");
            }

            keys.Add(LineOf(entry, key.ToString()));
            File.Delete(used);
            return entry.Name;
        }
        catch (JsonException)
        {
            File.Delete(used);
            throw NotValid("the invitation is damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The key is not in the list: the client may try again.
            File.Move(used, file, overwrite: true);
            throw NotValid($"the list of keys cannot be written at the server: {e.Message}");
        }
        catch (Exception e) when (e is FormatException or RemoteShellException)
        {
            throw NotValid($"the invitation cannot be used with this key: {e.Message}");
        }
    }

    /// <summary>How many invitations can be used at a time.</summary>
    internal int CountAt(DateTimeOffset time) => ReadAll().Count(one => one.Entry?.Expires > time);

    private static ProofException NotValid(string message)
        => new(message) { Hint = "ask the server's administrator for another one, from: rsh-server invite" };

    private static string LineOf(InvitationEntry entry, string key)
        => entry.Options.Length == 0 ? $"{key} {entry.Name}" : $"{entry.Options} {key} {entry.Name}";

    private string FileOf(ReadOnlySpan<byte> secret)
        => Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(secret))}{Suffix}");

    // Null if a client has come with it meanwhile, or somebody has put another file there.
    private static InvitationEntry? TryRead(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(PrivateFile.ReadSecret(file), InvitationJson.Default.InvitationEntry);
        }
        catch (Exception e) when (e is JsonException or PrivateFileException)
        {
            return null;
        }
    }

    private void RemoveExpired()
    {
        foreach ((string file, InvitationEntry? entry) in ReadAll())
        {
            if (!(entry?.Expires > DateTimeOffset.UtcNow))
                File.Delete(file);
        }
    }

    private IEnumerable<(string File, InvitationEntry? Entry)> ReadAll()
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (string file in Directory.EnumerateFiles(folder, $"*{Suffix}"))
        {
            InvitationEntry? entry;
            try
            {
                entry = JsonSerializer.Deserialize(PrivateFile.ReadSecret(file), InvitationJson.Default.InvitationEntry);
            }
            catch (Exception e) when (e is JsonException or PrivateFileException)
            {
                // A client has come with it meanwhile, or somebody has put another file there.
                continue;
            }

            yield return (file, entry);
        }
    }
}
