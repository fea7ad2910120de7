using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The commands of earlier prompts, in a file that only its user can read.</summary>
/// <param name="path">The file.</param>
/// <param name="host">The server, as the user named it; null: the history is not of a server.</param>
internal sealed class History(string path, string? host = null)
{
    // Entries that are kept in the file, of all hosts.
    private const int MaxEntries = 1000;

    // In characters.
    private const int MaxLength = 16 * 1024;

    private readonly List<HistoryEntry> _entries = Read(path);
    private readonly List<string> _lines = [];
    private bool _isListed;
    private string? _last;

    /// <summary>Opens a history in the state folder.</summary>
    /// <remarks>Moves one that an earlier version kept in the configuration folder there, with a message.</remarks>
    /// <param name="configurationFolder">The configuration folder.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="host">The server, as the user named it; null: the history is not of a server.</param>
    public static History Open(string configurationFolder, string name, string? host = null)
    {
        string folder = RoleFolders.State("client");
        foreach (string moved in StateMigration.Move(configurationFolder, folder, name))
            UserMessages.Say($"moved {Path.Combine(configurationFolder, name)} to {moved}");
        return new(Path.Combine(folder, name), host);
    }

    /// <summary>The commands for this host and those without a host, the oldest first: for Up and for suggestions.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            if (!_isListed)
                _lines.AddRange(_entries.Where(IsOwn).Select(entry => entry.Text!));
            _isListed = true;
            return _lines;
        }
    }

    /// <summary>All commands, for a search from the end: those for other hosts, and behind them those of <see cref="Lines"/>.</summary>
    public IReadOnlyList<string> SearchLines => [.. _entries.Where(entry => !IsOwn(entry)).Select(entry => entry.Text!), .. Lines];

    /// <summary>All entries, the oldest first.</summary>
    public IReadOnlyList<HistoryEntry> Entries => _entries;

    /// <summary>Adds a command, unless it is blank, starts with a space, equals the one before, or is too long.</summary>
    public void Add(string text)
    {
        _last = null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength || text[0] == ' ')
            return;
        bool isRepeated = Lines.Count > 0 && Lines[^1] == text;
        if (isRepeated)
        {
            _last = _entries.FindLast(IsOwn)?.Id;
            return;
        }

        _last = Guid.NewGuid().ToString("N")[..12];
        var entry = new HistoryEntry { Id = _last, Text = text, Host = host, Time = DateTimeOffset.UtcNow };
        _entries.Add(entry);
        _lines.Add(text);
        Append(entry);
    }

    /// <summary>Keeps the exit status of the command that was added last; does nothing if that one was not kept.</summary>
    public void SetStatus(int status)
    {
        int index = _last is null ? -1 : _entries.FindLastIndex(entry => entry.Id == _last);
        if (index < 0 || _entries[index].Status == status)
            return;
        _entries[index] = _entries[index] with { Status = status };
        Append(new() { Id = _last, Status = status });
    }

    private bool IsOwn(HistoryEntry entry) => host is null || entry.Host is null || entry.Host == host;

    private void Append(HistoryEntry entry)
    {
        try
        {
            PrivateFile.AppendLine(path, HistoryFormat.Write(entry));
            // Other clients add lines to the same file: rewrite the lines of all of them. A command and its status are two lines.
            if (File.ReadLines(path).Count() > 4 * MaxEntries)
                PrivateFile.KeepLastLines(path, 2 * MaxEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            // The prompt works without a history file.
        }
    }

    private static List<HistoryEntry> Read(string path)
    {
        try
        {
            var entries = new List<HistoryEntry>();
            var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (HistoryEntry entry in PrivateFile.ReadLines(path).Select(HistoryFormat.Read))
            {
                if (entry.Text is null)
                {
                    if (indexes.TryGetValue(entry.Id!, out int index))
                        entries[index] = entries[index] with { Status = entry.Status };
                    continue;
                }

                if (entry.Id is { } id)
                    indexes[id] = entries.Count;
                entries.Add(entry);
            }

            return entries;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            return [];
        }
    }
}
