using System.Collections.Concurrent;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Native;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>A file of known keys. The process parses each of its lines once, however many connections ask.</summary>
/// <remarks>Each question checks whether the file has changed, and who may write it. Thread-safe.</remarks>
internal sealed class KnownHostsFile
{
    // More than a program names.
    private const int MaxFiles = 64;

    // A file that was changed so shortly before may change again without getting another time.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private static readonly ConcurrentDictionary<string, KnownHostsFile> Files = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly Lock _gate = new();

    // Guarded by _gate: what was read last, its lines by host, and the state of the file then; null: the file is read again.
    private readonly Dictionary<string, List<(string Key, int Line)>> _keys = new(StringComparer.OrdinalIgnoreCase);
    private byte[] _content = [];
    private int _lines;
    private FileEntry? _state;

    private KnownHostsFile(string path) => _path = path;

    /// <summary>The one object of the process for the path.</summary>
    public static KnownHostsFile Of(string path)
    {
        if (Files.Count > MaxFiles)
            Files.Clear();
        return Files.GetOrAdd(Path.GetFullPath(path), static full => new(full));
    }

    /// <summary>The keys of the host, with the numbers of their lines.</summary>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public IReadOnlyList<(PublicKey Key, int Line)> Find(HostAddress host)
    {
        List<(PublicKey Key, int Line)> found = [];
        lock (_gate)
        {
            Refresh();
            foreach ((string text, int line) in _keys.GetValueOrDefault(host.ToString()) ?? [])
            {
                if (PublicKey.TryParse(text, out PublicKey? key))
                    found.Add((key!, line));
            }
        }

        return found;
    }

    /// <summary>Appends the key of the host, unless another process or connection has stored it meanwhile.</summary>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public void Add(HostAddress host, PublicKey key)
    {
        // So that the connections of this process do not wait for the lock of the folder, which they can only poll.
        lock (_gate)
            PrivateFile.AppendLine(_path, $"{host} {key}", () => !Find(host).Any(entry => entry.Key.Equals(key)));
    }

    // The caller holds _gate.
    private void Refresh()
    {
        // Before the content: if the file changes between the two, it has another state at the next question.
        FileEntry? state = PrivateFile.CheckWriters(_path) ? ReadState() : null;
        if (state is not null && state == _state)
            return;
        byte[] content = PrivateFile.ReadBytes(_path);
        // Usually only lines were appended.
        bool isLonger = _content is [.., (byte)'\n'] && content.AsSpan().StartsWith(_content);
        if (!isLonger)
        {
            _keys.Clear();
            _lines = 0;
        }

        Parse(content, isLonger ? _content.Length : 0);
        _content = content;
        _state = state is not null && IsSettled(state) ? state : null;
    }

    private void Parse(byte[] content, int from)
    {
        using var reader = new StreamReader(new MemoryStream(content, from, content.Length - from), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            _lines++;
            string[] parts = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts.Length < 2)
                continue;
            if (!_keys.TryGetValue(parts[0], out List<(string Key, int Line)>? own))
                _keys[parts[0]] = own = [];
            own.Add((parts[1], _lines));
        }
    }

    // Null if the system does not tell it, or the file is not a regular one.
    private FileEntry? ReadState()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        FileEntry? entry = StatReader.TryRead(FileCalls.CurrentFolder, Encoding.UTF8.GetBytes($"{_path}\0"), flags: 0, out _);
        return entry is { Kind: EntryKind.File } ? entry : null;
    }

    private static bool IsSettled(FileEntry state)
        => DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(state.Changed.Seconds) > SettleTime;
}
