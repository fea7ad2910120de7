using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Completes the path of a local file, for <c>:put</c>.</summary>
internal static class LocalPathCompletion
{
    private const int MaxEntries = 1000;

    /// <summary>The entries whose names begin with the word, sorted; hidden ones only after a dot.</summary>
    public static IReadOnlyList<CompletionItem> Of(CompletionWord word)
    {
        int slash = word.Value.LastIndexOf('/') + 1;
        string inside = word.Value[..slash], name = word.Value[slash..];
        if (FolderOf(word.Folder) is not { } folder)
            return [];
        try
        {
            return
            [
                .. new DirectoryInfo(Path.Combine(folder, inside)).EnumerateFileSystemInfos()
                    .Where(entry => entry.Name.StartsWith(name, StringComparison.Ordinal) && IsShown(entry.Name, name))
                    .Take(MaxEntries)
                    .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                    .Select(entry => ItemOf(word, inside, entry)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsShown(string name, string typed) => typed.StartsWith('.') || !name.StartsWith('.');

    // Null if it has another expansion than that of the tilde, which is the shell's at the server.
    private static string? FolderOf(string written) => written switch
    {
        "" => Environment.CurrentDirectory,
        _ when written.StartsWith("~/", StringComparison.Ordinal) && !written.Contains('$', StringComparison.Ordinal)
            => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), written[2..]),
        _ => null,
    };

    private static CompletionItem ItemOf(CompletionWord word, string inside, FileSystemInfo entry)
    {
        CompletionKind kind = Directory.Exists(entry.FullName) ? CompletionKind.Folder : CompletionKind.File;
        string end = kind == CompletionKind.Folder ? "" : word.Closing;
        return new($"{word.Replacement($"{inside}{entry.Name}")}{end}", entry.Name, kind, null);
    }
}
