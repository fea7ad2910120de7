using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>complete</c>: lists the commands or files whose names begin with a word.</summary>
internal static class CompleteHandler
{
    private const int MaxWords = 1000;

    // Skips names that this user may not see; a folder that cannot be read counts as empty.
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    public static async Task HandleAsync(RequestContext context, Channel channel, CompleteRequest complete)
    {
        context.Check(AskedRequests.Of(complete));
        Account account = context.Services.Runners.Account;
        if (complete.In is { } id)
        {
            ConversationShell? shell = context.GetJob(id).Conversation;
            var completer = new ConversationCompleter(
                shell ?? throw new RefusalException(ErrorCode.Gone, $"the conversation {id} has ended"), account);
            await SendAsync(channel, complete, First(await completer.FindAsync(complete), channel.Ended));
            return;
        }

        bool isCommand = complete.Command && !complete.Text.Contains('/', StringComparison.Ordinal);
        IEnumerable<string> words = isCommand
            ? Commands(complete.Text, account)
            : Files(complete.Text, Path.Combine(account.Home, complete.Cwd ?? ""), account.Home);
        await SendAsync(channel, complete, First(words, channel.Ended));
    }

    private static Task SendAsync(Channel channel, CompleteRequest complete, IEnumerable<string> words)
        => ListReply.SendAsync(
            channel, complete, "completions", words.Select(word => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(word)));

    // Keeps the first words in order. A folder may have millions of files, so this stops when the client has left.
    private static SortedSet<string> First(IEnumerable<string> words, CancellationToken ended)
    {
        var first = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string word in words.TakeWhile(_ => !ended.IsCancellationRequested))
        {
            if (word.AsSpan().ContainsAny('\n', '\r', '\uFFFD'))
                continue;
            first.Add(word);
            if (first.Count > MaxWords)
                first.Remove(first.Max!);
        }

        return first;
    }

    private static IEnumerable<string> Commands(string text, Account account)
    {
        string path = LoginEnvironment.PathOf(account);
        IEnumerable<string> programs = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", Visible))
            .Where(file => Path.GetFileName(file).StartsWith(text, StringComparison.Ordinal) && ProgramPath.IsExecutable(file))
            .Select(file => Path.GetFileName(file));
        return BuiltinTable.List
            .Select(builtin => builtin.Name)
            .Where(name => name.StartsWith(text, StringComparison.Ordinal))
            .Concat(programs);
    }

    // A folder ends with a slash, so that the next completion lists what is inside it.
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
