using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication;

/// <summary>The file that says who may use the server: a key a line, with options in front and a comment behind. It is read anew for each client.</summary>
public sealed class AuthorizedKeys(string path)
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Adds a key; false where it stands there already.</summary>
    /// <exception cref="FormatException">The line is no key.</exception>
    /// <exception cref="RemoteShellException">The key stands there with other options.</exception>
    public bool Add(string line)
    {
        if (line.Trim().Any(char.IsControl))
            throw new FormatException("a key is one line, without control characters");
        AuthorizedKey added = ParseLine(line) ?? throw new FormatException("there is no key in an empty line");
        if (Find(added.Key, (_, _) => { }) is { } known)
            return SameTerms(known, added) ? false : throw new RemoteShellException($"{added.Key.Fingerprint} is authorized already, on other terms") { Hint = $"change its line in {path}" };
        PrivateFile.AppendLine(path, line.Trim());
        return true;
    }

    /// <summary>The key's line, or null. Lines that cannot be read are told, and let nobody in.</summary>
    internal AuthorizedKey? Find(PublicKey key, Action<int, string> unreadable)
    {
        string[] lines = PrivateFile.ReadLines(path);
        AuthorizedKey? found = null;
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                if (found is null && ParseLine(lines[i]) is { } candidate && candidate.Key.Equals(key))
                    found = candidate;
            }
            catch (FormatException e)
            {
                unreadable(i + 1, e.Message);
            }
        }

        return found;
    }

    private static bool SameTerms(AuthorizedKey a, AuthorizedKey b) => a.Expires == b.Expires && a.IdleTimeout == b.IdleTimeout && a.From.SequenceEqual(b.From) && a.Denied.Order().SequenceEqual(b.Denied.Order());

    internal static AuthorizedKey? ParseLine(string line)
    {
        line = line.Trim();
        if (line.Length == 0 || line[0] == '#')
            return null;
        string options = "";
        if (!line.StartsWith($"{PublicKey.Algorithm} ", StringComparison.Ordinal))
        {
            int end = KeyOptions.End(line);
            (options, line) = (line[..end], line[end..].TrimStart());
        }

        if (!PublicKey.TryParse(line, out PublicKey? key))
            throw new FormatException($"this is no key: a line reads [OPTIONS] {PublicKey.Algorithm} BASE64 [COMMENT]");
        string[] words = line.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        var plain = new AuthorizedKey(key!, words.Length > 2 ? words[2] : "", [], null);
        return options.Length == 0 ? plain : KeyOptions.Apply(plain, options);
    }
}
