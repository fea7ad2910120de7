using System.Text;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>Completes a word with what the shell of a conversation knows, and with the files that its user sees.</summary>
/// <param name="shell">The shell. While it runs a line, only files and programs of the login are completed.</param>
/// <param name="account">The user.</param>
internal sealed class ConversationCompleter(ConversationShell shell, Account account)
{
    // The client gives up after 200 ms.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(120);

    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Finds the completions, each with the letter of its kind.</summary>
    public async Task<IEnumerable<string>> FindAsync(CompleteRequest request)
    {
        if (request.Variable)
            return await NamesAsync(request.Text, isVariable: true);
        if (!request.Command || request.Text.Contains('/', StringComparison.Ordinal))
            return await FilesAsync(request.Text);
        IEnumerable<string> names = await NamesAsync(request.Text, isVariable: false);
        string path = await shell.CaptureAsync("printf %s \"${PATH-}\"", Patience) ?? LoginEnvironment.For(account, "", "")["PATH"];
        return [.. names, .. Programs(path, request.Text)];
    }

    private async Task<IEnumerable<string>> NamesAsync(string begin, bool isVariable)
    {
        if (shell.Dialect.PrintNames is { } print)
            return Lines(await shell.CaptureAsync(print(begin, isVariable), Patience)).Where(IsVisible);
        string? printed = await shell.CaptureAsync(isVariable ? "set" : "alias", Patience);
        string kind = isVariable ? "v" : "a";
        return Lines(printed)
            .Select(line => line.StartsWith("alias ", StringComparison.Ordinal) ? line[6..] : line)
            .Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf('=', StringComparison.Ordinal)])
            .Where(name => name.StartsWith(begin, StringComparison.Ordinal) && EncodedCommand.IsName(name))
            .Select(name => $"{kind} {name}")
            .Where(IsVisible);
    }

    // The server's own functions.
    private static bool IsVisible(string line) => !line.Contains(" __rsh_", StringComparison.Ordinal);

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Programs(string path, string begin)
    {
        IEnumerable<string> programs = path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", Visible))
            .Where(file => Path.GetFileName(file).StartsWith(begin, StringComparison.Ordinal) && ProgramPath.IsExecutable(file))
            .Select(file => $"p {Path.GetFileName(file)}");
        IEnumerable<string> builtins = BuiltinTable.List
            .Where(builtin => builtin.Name.StartsWith(begin, StringComparison.Ordinal))
            .Select(builtin => $"b {builtin.Name}");
        return builtins.Concat(programs);
    }

    // The part up to the last slash stays as the user typed it.
    private async Task<IEnumerable<string>> FilesAsync(string text)
    {
        int slash = text.LastIndexOf('/') + 1;
        string typed = text[..slash], begin = text[slash..];
        string current = shell.SystemFolder() ?? account.Home;
        if (await ExpandAsync(typed) is not { } expanded)
            return [];
        string inside = Path.Combine(current, expanded);
        if (!Directory.Exists(inside))
            return [];
        return new DirectoryInfo(inside).EnumerateFileSystemInfos("*", Visible)
            .Where(entry => entry.Name.StartsWith(begin, StringComparison.Ordinal) && (begin.Length > 0 || entry.Name[0] != '.'))
            .Select(entry => Described(typed, entry));
    }

    private static string Described(string typed, FileSystemInfo entry)
    {
        // A link to a folder is completed as the folder.
        bool isFolder = entry.Attributes.HasFlag(FileAttributes.Directory) || Directory.Exists(entry.FullName);
        if (isFolder)
            return $"d {typed}{entry.Name}/";
        return $"{(ProgramPath.IsExecutable(entry.FullName) ? "p" : "f")} {typed}{entry.Name}";
    }

    // The shell expands only what needs it: a name after ~, and variables by name. All else is quoted.
    private async Task<string?> ExpandAsync(string typed)
    {
        var command = new StringBuilder("printf %s ");
        int at = 0;
        bool needsShell = false;
        if (typed.StartsWith('~'))
        {
            int end = typed.IndexOf('/', StringComparison.Ordinal);
            string user = typed[1..end];
            if (!user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                return typed;
            command.Append('~').Append(user).Append('/');
            (at, needsShell) = (end + 1, true);
        }

        var plain = new StringBuilder();
        while (at < typed.Length)
        {
            if (typed[at] == '\\' && at + 1 < typed.Length)
            {
                command.Append(ShellDialect.Quote(typed[(at + 1)..(at + 2)]));
                plain.Append(typed[at + 1]);
                at += 2;
            }
            else if (typed[at] == '$' && NameAt(typed, at + 1) is { Length: > 0 } name)
            {
                command.Append("\"${").Append(name.Trim('{', '}')).Append("-}\"");
                needsShell = true;
                at += 1 + name.Length;
            }
            else
            {
                command.Append(ShellDialect.Quote(typed[at].ToString()));
                plain.Append(typed[at]);
                at++;
            }
        }

        return needsShell ? await shell.CaptureAsync(command.ToString(), Patience) : plain.ToString();
    }

    // The name of a variable, with its braces; empty if there is none.
    private static string NameAt(string text, int start)
    {
        bool hasBrace = start < text.Length && text[start] == '{';
        int begin = hasBrace ? start + 1 : start, end = begin;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        if (end == begin || char.IsAsciiDigit(text[begin]))
            return "";
        if (!hasBrace)
            return text[begin..end];
        return end < text.Length && text[end] == '}' ? text[start..(end + 1)] : "";
    }
}
