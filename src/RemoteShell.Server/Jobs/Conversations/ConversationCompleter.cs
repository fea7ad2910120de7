using System.Diagnostics;
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
    // For all questions of a request. At a prompt the client gives up after 200 ms. A script waits for the answer, which decides what a
    // line means; and its shell would end at the interrupt of a question that takes too long.
    private readonly TimeSpan _patience = shell.Dialect.IsInteractive ? TimeSpan.FromMilliseconds(120) : TimeSpan.FromSeconds(20);

    // How much longer a question may take that the shell is interrupted at.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(30);

    private const char Function = 'F';

    private const string PartMark = "\0\0", OwnNames = "__rsh_";

    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    // What all POSIX shells have. Some cannot list it.
    private static readonly string[] ReservedWords =
        ["!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while", "{", "}"];

    private static readonly string[] ShellBuiltins =
    [
        ".", ":", "[", "alias", "bg", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export", "false", "fg",
        "getopts", "hash", "jobs", "kill", "pwd", "read", "readonly", "return", "set", "shift", "test", "times", "trap", "true", "type",
        "ulimit", "umask", "unalias", "unset", "wait",
    ];

    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>Finds the completions: lines of the answer.</summary>
    public async Task<IEnumerable<string>> FindAsync(CompleteRequest request)
    {
        if (request.User)
            return LinesOf(await UsersAsync(request.Text), request.Text);
        if (request.Variable)
            return LinesOf(await VariablesAsync(request.Text), request.Text);
        if (!request.Command || request.Text.Contains('/', StringComparison.Ordinal))
            return await FilesAsync(request.Text);
        return LinesOf(await CommandsAsync(request.Text), request.Text);
    }

    // Of several with the same name the first one counts. Names with two underscores and rsh are the server's own.
    private static IEnumerable<string> LinesOf(IEnumerable<CompletedName> names, string word) => names
        .Where(name => !name.Name.StartsWith(OwnNames, StringComparison.Ordinal))
        .DistinctBy(name => name.Name)
        .Select(name => name.ToLine(word));

    // In the order in which a line's first word is looked up.
    private async Task<IEnumerable<CompletedName>> CommandsAsync(string begin)
    {
        ShellDialect dialect = shell.Dialect;
        string names = dialect.PrintNames is { } print ? print(begin, NameKind.Command) : PrintItself(begin);
        string printed = await CaptureAsync(
            $"{names}\n{dialect.PrintPart("''")}; {dialect.PrintAliases}\n{dialect.PrintPart("\"${PATH-}\"")}") ?? "";
        string[] parts = printed.Split(PartMark);
        (string told, string aliases, string? path) = parts.Length < 3 ? ("", "", null) : (parts[0], parts[1], parts[2]);
        CompletedName[] own = [.. dialect.PrintNames is null ? PosixNames(begin, told) : ByRank(Parsed(told))];
        return
        [
            .. Beginning(begin, ShellListing.Parse(aliases).Select(alias => new CompletedName('a', alias.Name, alias.Value))),
            .. own.Where(name => name.Kind == Function),
            .. Beginning(begin, BuiltinTable.List.Select(builtin => new CompletedName('b', builtin.Name, builtin.Summary))),
            .. own.Where(name => name.Kind != Function),
            .. Programs(path ?? LoginEnvironment.PathOf(account), begin),
        ];
    }

    // Prints the word itself if it is a function, which the shell may not be able to list.
    private static string PrintItself(string word)
        => word.Length == 0 || word[0] == '-' ? ":" : $@"\command -v {ShellDialect.Quote(word)}";

    private static IEnumerable<CompletedName> PosixNames(string begin, string told)
    {
        IEnumerable<CompletedName> names =
        [
            .. ReservedWords.Select(name => new CompletedName('k', name)),
            .. ShellBuiltins.Select(name => new CompletedName('b', name)),
        ];
        // The shell prints the names of its own built-ins and reserved words in the same way.
        bool isFunction = begin.Length > 0 && told.TrimEnd('\n') == begin && names.All(name => name.Name != begin);
        return Beginning(begin, names).Concat(isFunction ? [new CompletedName(Function, begin)] : []);
    }

    private static IEnumerable<CompletedName> Beginning(string begin, IEnumerable<CompletedName> names)
        => names.Where(name => name.Name.StartsWith(begin, StringComparison.Ordinal));

    private async Task<IEnumerable<CompletedName>> VariablesAsync(string begin)
    {
        if (shell.Dialect.PrintNames is { } print)
            return ByRank(Parsed(await CaptureAsync(print(begin, NameKind.Variable))));
        IEnumerable<CompletedName> all = ShellListing.Parse(await CaptureAsync(@"\command \set") ?? "")
            .Where(variable => variable.Name.Length > 0 && EncodedCommand.IsName(variable.Name))
            .Select(variable => new CompletedName('v', variable.Name, variable.Value));
        return Beginning(begin, all);
    }

    // The shell may know more users than the file has, and zsh has names for folders too.
    private async Task<IEnumerable<CompletedName>> UsersAsync(string begin)
    {
        IReadOnlyDictionary<string, string> homes = UserHomes.Read();
        IEnumerable<CompletedName> told = shell.Dialect.PrintNames is { } print
            ? Parsed(await CaptureAsync(print(begin, NameKind.User)))
            : [];
        return told
            .Select(user => user.Name)
            .Concat(homes.Keys.Where(name => name.StartsWith(begin, StringComparison.Ordinal)))
            .Where(IsUser)
            .Select(name => new CompletedName('u', name, homes.GetValueOrDefault(name)));
    }

    // Any other name would have to be quoted, and then the shell does not expand it.
    private static bool IsUser(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    // A name with a description comes before the same one without.
    private static IEnumerable<CompletedName> ByRank(IEnumerable<CompletedName> names) => names
        .OrderBy(name => "akFb".IndexOf(name.Kind, StringComparison.Ordinal))
        .ThenBy(name => name.Description is null ? 1 : 0);

    private static IEnumerable<CompletedName> Parsed(string? text) => (text ?? "")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(CompletedName.Parse)
        .OfType<CompletedName>();

    private static IEnumerable<CompletedName> Programs(string path, string begin) => path
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", Visible))
        .Where(file => Path.GetFileName(file).StartsWith(begin, StringComparison.Ordinal) && ProgramPath.IsExecutable(file))
        .Select(file => new CompletedName('p', Path.GetFileName(file), file));

    // With `set -e` a question that finds nothing must not end the shell.
    private async Task<string?> CaptureAsync(string commands)
    {
        TimeSpan left = _patience - Stopwatch.GetElapsedTime(_began);
        if (left <= TimeSpan.Zero)
            return null;
        try
        {
            return await shell.CaptureAsync($"{{ {commands}\n}} || :", left).WaitAsync(left + Grace);
        }
        catch (TimeoutException)
        {
            return null;
        }
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

        return needsShell ? await CaptureAsync(command.ToString()) : plain.ToString();
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
