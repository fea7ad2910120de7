using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Files;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server;

/// <summary>Says what would happen to a request of a key, by the same decision as the server's.</summary>
public static class KeyExplainer
{
    /// <summary>Explains each line of a key.</summary>
    /// <param name="options">The options of the server, which name the files of the keys.</param>
    /// <param name="key">A fingerprint, the text behind a key, or a key.</param>
    /// <param name="request">
    /// The request in words: <c>run uptime -p</c>, <c>shell</c>, <c>get /var/log/syslog</c>, <c>forward db:5432</c>, <c>calc 1+1</c>.
    /// </param>
    /// <returns>In the order of the files and their lines; empty if no line has the key.</returns>
    /// <exception cref="FormatException">The words are not a request.</exception>
    /// <exception cref="Protocol.Transport.PrivateFileException">A file cannot be used.</exception>
    public static IReadOnlyList<KeyExplanation> Explain(ServerOptions options, string key, IReadOnlyList<string> request)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(request);
        AskedRequest asked = RequestWords.Parse(request);
        return [.. options.AllAuthorizedKeysFiles.SelectMany(path => Explain(path, options, key, asked))];
    }

    private static IEnumerable<KeyExplanation> Explain(string path, ServerOptions options, string key, AskedRequest asked)
    {
        List<KeyExplanation> found = [];
        IReadOnlyList<AuthorizedKey> lines = new AuthorizedKeys(path).ReadAll(
            (line, text, fault) =>
            {
                if (text.Contains(key, StringComparison.Ordinal))
                    found.Add(new(path, line, "", false, $"the line admits no client: {fault}") { IsUnused = true });
            });
        found.AddRange(lines.Where(line => line.IsNamed(key)).Select(line => Explain(line, options, asked)));
        return found.OrderBy(line => line.Line);
    }

    private static KeyExplanation Explain(AuthorizedKey line, ServerOptions options, AskedRequest asked)
    {
        if (line.Expires is { } end && DateTime.UtcNow >= end)
        {
            string expired = $"the key expired on {end:yyyy-MM-dd HH:mm} UTC";
            return new(line.File, line.LineNumber, line.Comment, false, expired) { IsUnused = true };
        }

        AskedRequest meant = asked.Path is { } path ? asked with { Path = RealPathOf(path, line, options) } : asked;
        KeyRefusal? refusal = new KeyPermission(line, options).Decide(meant);
        string from = line.From.Count == 0 ? "" : $", from {string.Join(", ", line.From)} only";
        string reason = refusal switch
        {
            null when meant.IsCommand && line.Command is { } forced => $"allowed{from}: runs {forced}",
            null => $"allowed{from}",
            { Option: { } option } => $"refused by {option}",
            _ => $"refused: {refusal.Text}",
        };
        return new(line.File, line.LineNumber, line.Comment, refusal is null, reason) { IsLast = line.From.Count == 0 };
    }

    // As the server finds it: through all links, and as the key sees it.
    private static string RealPathOf(string path, AuthorizedKey line, ServerOptions options)
    {
        string home = Account.Current(options.Shell).Home;
        try
        {
            FileRoot root = line.Files.Root is { } folder ? FileRoot.Below(folder) : FileRoot.Home(home);
            using FileLocation location = root.Locate(Encoding.UTF8.GetBytes(path));
            using FileLocation target = location.LocateTarget();
            return FileBounds.SeenFrom(line.Files.Root, target.FullPath);
        }
        catch (Exception e) when (e is FileException or PlatformNotSupportedException)
        {
            // What does not exist is decided by its name.
            return Path.GetFullPath(Path.Combine(line.Files.Root is null ? home : "/", path));
        }
    }
}
