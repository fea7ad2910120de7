using System.Buffers;
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

    private const int Piece = 64 * 1024;

    // A file that was changed so shortly before may change again without getting another time.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private static readonly ConcurrentDictionary<string, KnownHostsFile> Files = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly Lock _gate = new();

    // Guarded by _gate: the first _length bytes are what was read last. Its lines by host, and the state of the file then;
    // null: the file is read again.
    private readonly Dictionary<string, List<(string Key, int Line)>> _keys = new(StringComparer.OrdinalIgnoreCase);
    private byte[] _content = [];
    private int _length;
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
        bool isThere = PrivateFile.CheckWriters(_path);
        FileEntry? state = isThere ? ReadState() : null;
        if (state is not null && state == _state)
            return;
        if (isThere)
            Read();
        else
            Clear();
        _state = state is not null && IsSettled(state) ? state : null;
    }

    // Usually nothing has changed, or lines were appended. A client that learns ten thousand keys reads the file as often:
    // what it knows of it is compared in pieces, and not copied.
    private void Read()
    {
        using FileStream file = new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!BeginsAsKnown(file))
        {
            Clear();
            file.Position = 0;
        }

        int known = _length;
        AppendRest(file);
        Parse(known);
    }

    private void Clear()
    {
        _keys.Clear();
        (_length, _lines) = (0, 0);
    }

    private bool BeginsAsKnown(FileStream file)
    {
        // The end of a line that has none may follow.
        if (_length > 0 && _content[_length - 1] != (byte)'\n')
            return false;
        byte[] piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (int compared = 0; compared < _length;)
            {
                int read = file.Read(piece, 0, Math.Min(piece.Length, _length - compared));
                if (read == 0 || !piece.AsSpan(0, read).SequenceEqual(_content.AsSpan(compared, read)))
                    return false;
                compared += read;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private void AppendRest(FileStream file)
    {
        int read;
        do
        {
            if (_length == _content.Length)
                Array.Resize(ref _content, Math.Max(Piece, 2 * _length));
            read = file.Read(_content, _length, _content.Length - _length);
            _length += read;
        }
        while (read > 0);
    }

    private void Parse(int from)
    {
        using var reader = new StreamReader(new MemoryStream(_content, from, _length - from), Encoding.UTF8);
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
