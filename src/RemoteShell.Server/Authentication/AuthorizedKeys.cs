using RemoteShell.Protocol;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication;

/// <summary>A file of keys that may use the server.</summary>
/// <remarks>
/// A line has a key, options in front of it, and a comment behind it. The server reads the file again for each client. A key may have
/// several lines, such as one for each network: as in ssh, the first line that permits the client counts, with its own options.
/// </remarks>
/// <param name="path">The path of the file.</param>
public sealed class AuthorizedKeys(string path)
{
    /// <summary>The path of the file.</summary>
    public string Path => path;

    /// <summary>Adds a key.</summary>
    /// <param name="line">The line for the file, with options and comment.</param>
    /// <returns>False if the file has the key already, with the same options.</returns>
    /// <exception cref="FormatException">The line is not a key.</exception>
    /// <exception cref="RemoteShellException">The file has the key already, with other options.</exception>
    public bool Add(string line)
    {
        if (line.Trim().Any(char.IsControl))
            throw new FormatException("a key must be one line, without control characters");
        AuthorizedKey added = ParseLine(line) ?? throw new FormatException("the line is empty");
        return PrivateFile.AppendLine(path, line.Trim(), lines => IsNew(added, lines));
    }

    /// <summary>Removes all lines of a key; the other lines keep their bytes. A reader sees the file as before or as after.</summary>
    /// <returns>The lines that were removed.</returns>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    internal IReadOnlyList<AuthorizedKey> Remove(PublicKey key)
    {
        List<AuthorizedKey> removed = [];
        PrivateFile.EditLines(path, backup: null, (number, text) =>
        {
            if (ReadAll([text], (_, _, _) => { }) is not [var line] || !line.Key.Equals(key))
                return text;
            removed.Add(line with { LineNumber = number });
            return null;
        });
        return removed;
    }

    /// <summary>Finds what is wrong with the file: it cannot be read, or lines authorize no key.</summary>
    /// <returns>An exception for each fault, with file and line; empty if nothing is wrong, or if the file does not exist.</returns>
    public IReadOnlyList<RemoteShellException> FindFaults()
    {
        try
        {
            string[] lines = PrivateFile.ReadLines(path);
            List<RemoteShellException> faults = [];
            for (int i = 0; i < lines.Length; i++)
            {
                try
                {
                    ParseLine(lines[i]);
                }
                catch (FormatException e)
                {
                    faults.Add(new($"{path}:{i + 1}: {e.Message}", e));
                }
            }

            return faults;
        }
        catch (PrivateFileException e)
        {
            return [e];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new($"{path} cannot be read: {e.Message}", e)];
        }
    }

    /// <summary>Returns all lines with a key, in the order of the file.</summary>
    /// <param name="unreadable">Receives the number and the text of each line that is not valid, and what is wrong.</param>
    internal IReadOnlyList<AuthorizedKey> ReadAll(Action<int, string, string> unreadable)
        => ReadAll(PrivateFile.ReadLines(path), unreadable);

    private List<AuthorizedKey> ReadAll(string[] lines, Action<int, string, string> unreadable)
    {
        List<AuthorizedKey> found = [];
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                if (ParseLine(lines[i]) is { } line)
                    found.Add(line with { File = path, LineNumber = i + 1 });
            }
            catch (FormatException e)
            {
                unreadable(i + 1, lines[i], e.Message);
            }
        }

        return found;
    }

    /// <summary>Parses a line; null if it is empty or a comment.</summary>
    /// <exception cref="FormatException">The line is not a key.</exception>
    internal static AuthorizedKey? ParseLine(string line)
    {
        line = line.Trim();
        if (line.Length == 0 || line[0] == '#')
            return null;
        string options = "";
        int end = KeyOptions.End(line);
        string rest = line[end..].TrimStart();
        // Base64 of a length, as each key begins: there are no options, also before a type that is not known.
        if (!rest.StartsWith("AAAA", StringComparison.Ordinal))
            (options, line) = (line[..end], rest);

        PublicKey key = ParseKey(line);
        string[] words = line.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        var plain = new AuthorizedKey(key, words.Length > 2 ? words[2] : "", [], null);
        if (options.Length == 0)
            return plain;
        AuthorizedKey parsed = KeyOptions.Apply(plain, options) with { Options = options };
        return parsed.RequiresVerification && !parsed.IsAuthority && !KeyType.IsHardware(key.Type)
            ? throw new FormatException($"a key of the type {key.Type} cannot prove what verify-required asks for")
            : parsed;
    }

    private static PublicKey ParseKey(string line)
    {
        try
        {
            return PublicKey.Parse(line);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{e.Message}; a line must be [OPTIONS] TYPE BASE64 [COMMENT]", e);
        }
    }

    private bool IsNew(AuthorizedKey added, string[] lines)
    {
        List<AuthorizedKey> known = ReadAll(lines, (_, _, _) => { })
            .FindAll(line => line.IsAuthority == added.IsAuthority && line.Key.Equals(added.Key));
        if (known.Count == 0)
            return true;
        if (known.Exists(line => line.HasSameOptionsAs(added)))
            return false;
        throw new RemoteShellException($"{added.Key.Fingerprint} is authorized already, with other options")
        {
            Hint = $"change its line in {path}",
        };
    }
}
