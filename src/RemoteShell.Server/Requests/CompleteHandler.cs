using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Requests;

/// <summary>Tells a prompt how a word may go on: names of commands, and of files.</summary>
internal static class CompleteHandler
{
    private const int Most = 1000;

    // Names that this user may not see are not offered, and a folder that cannot be read has none.
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    public static Task HandleAsync(RequestContext context, Channel channel, CompleteRequest complete)
    {
        Account account = context.Services.Bodies.Account;
        bool isCommand = complete.Command && !complete.Text.Contains('/', StringComparison.Ordinal);
        IEnumerable<string> words = isCommand ? Commands(complete.Text, account) : Files(complete.Text, Path.Combine(account.Home, complete.Cwd ?? ""), account.Home);
        return ListReply.SendAsync(channel, complete, "completions", First(words, channel.Ended).Select(word => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(word)));
    }

    // A folder may have millions of files, and whoever asked may have gone.
    private static SortedSet<string> First(IEnumerable<string> words, CancellationToken ended)
    {
        var first = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string word in words.TakeWhile(_ => !ended.IsCancellationRequested))
        {
            if (word.AsSpan().ContainsAny('\n', '\r', '\uFFFD'))
                continue;
            first.Add(word);
            if (first.Count > Most)
                first.Remove(first.Max!);
        }

        return first;
    }

    private static IEnumerable<string> Commands(string text, Account account)
    {
        string path = LoginEnvironment.For(account, "", "")["PATH"];
        IEnumerable<string> programs = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", Visible))
            .Where(file => Path.GetFileName(file).StartsWith(text, StringComparison.Ordinal) && ProgramPath.IsExecutable(file))
            .Select(file => Path.GetFileName(file));
        return BuiltinTable.List.Select(builtin => builtin.Name).Where(name => name.StartsWith(text, StringComparison.Ordinal)).Concat(programs);
    }

    // A folder ends with a slash, so that the next word begins inside it.
    private static IEnumerable<string> Files(string text, string folder, string home)
    {
        int slash = text.LastIndexOf('/') + 1;
        string typed = text[..slash], begin = text[slash..];
        string inside = typed.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, typed[2..]) : Path.Combine(folder, typed);
        if (!Directory.Exists(inside))
            return [];
        return new DirectoryInfo(inside).EnumerateFileSystemInfos("*", Visible)
            .Where(entry => entry.Name.StartsWith(begin, StringComparison.Ordinal) && (begin.Length > 0 || entry.Name[0] != '.'))
            .Select(entry => $"{typed}{entry.Name}{(entry.Attributes.HasFlag(FileAttributes.Directory) ? "/" : "")}");
    }
}
