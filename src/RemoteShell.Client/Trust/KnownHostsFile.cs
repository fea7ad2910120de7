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

    // Guarded by _gate: the first _length bytes are what was read last. Its lines: those that only name hosts by name, and the others,
    // which each question goes through. And the state of the file then; null: the file is read again.
    private readonly Dictionary<string, List<(string Key, int Line)>> _named = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<OtherLine> _others = [];
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
    public IReadOnlyList<KnownHostKey> Find(HostAddress host) => Look(host).Keys;

    /// <summary>All that the file says about the host.</summary>
    /// <remarks>A key in a line without a marker that is not one of TLS belongs to another service of the host.</remarks>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public KnownHostLines Look(HostAddress host)
    {
        List<KnownHostKey> keys = [], authorities = [], revoked = [];
        HostForms own = HostForms.Of(host, HostMarker.None), marked = HostForms.Of(host, HostMarker.Revoked);
        lock (_gate)
        {
            Refresh();
            foreach (string name in own.Names)
            {
                foreach ((string text, int line) in _named.GetValueOrDefault(name) ?? [])
                    AddKey(text, line, LineForm.Name);
            }

            foreach (OtherLine other in _others)
            {
                if (!other.Hosts.Matches(other.Marker == HostMarker.None ? own : marked))
                    continue;
                if (other.Marker == HostMarker.None)
                    AddKey(other.Key, other.Line, other.Hosts.Form);
                else if (PublicKey.TryParseAny(other.Key, out PublicKey? key))
                    (other.Marker == HostMarker.Revoked ? revoked : authorities).Add(new(key!, other.Line, other.Hosts.Form));
            }
        }

        return new(keys, authorities, revoked);

        void AddKey(string text, int line, LineForm form)
        {
            if (PublicKey.TryParse(text, out PublicKey? key))
                keys.Add(new(key!, line, form));
        }
    }

    /// <summary>Appends the key of the host, unless another process or connection has stored it meanwhile.</summary>
    /// <param name="host">The host.</param>
    /// <param name="key">Its key.</param>
    /// <param name="form">Whether the line names the host, or hides its name.</param>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public void Add(HostAddress host, PublicKey key, LineForm form = LineForm.Name)
    {
        string name = host.ToString();
        // What has a meaning in a line must not get it there.
        bool isHidden = form == LineForm.Hash || !IsName(name);
        string field = isHidden ? HashedHost.Of(name.ToLowerInvariant()).ToString() : name;
        // So that the connections of this process do not wait for the lock of the folder, which they can only poll.
        lock (_gate)
            PrivateFile.AppendLine(_path, $"{field} {key}", () => !Find(host).Any(entry => entry.Key.Equals(key)));
    }

    private static bool IsName(string name)
        => HostField.IsPlain(name) && name[0] is not ('#' or '@') && !name.Contains(',', StringComparison.Ordinal)
            && !name.Any(char.IsWhiteSpace);

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
        _named.Clear();
        _others.Clear();
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
            if (KnownHostsLine.TryParse(line) is not { } parsed)
                continue;
            if (parsed.Marker == HostMarker.None && HostField.IsPlain(parsed.Hosts))
                Name(parsed);
            else if (HostField.TryParse(parsed.Hosts) is { } hosts)
                _others.Add(new(parsed.Marker, hosts, parsed.Key, _lines));
        }
    }

    private void Name(KnownHostsLine line)
    {
        string[] names = line.Hosts.Contains(',', StringComparison.Ordinal) ? line.Hosts.Split(',') : [line.Hosts];
        foreach (string name in names)
        {
            if (!_named.TryGetValue(name, out List<(string Key, int Line)>? own))
                _named[name] = own = [];
            own.Add((line.Key, _lines));
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

    private sealed record OtherLine(HostMarker Marker, HostField Hosts, string Key, int Line);
}
