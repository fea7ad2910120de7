using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Chat;

/// <summary>A chat room: its connections, and its last lines.</summary>
internal sealed class Room(string name)
{
    // Names in the line of a joining.
    private const int MaxNames = 32;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly List<ChatConnection> _present = [];
    private bool _isClosed;

    public string Name => name;

    public RoomHistory History { get; } = new();

    /// <summary>When the last line was added, in ms of <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Closes the room if it is empty.</summary>
    /// <remarks>A closed room cannot be joined: <see cref="Rooms.Find"/> makes another one of that name.</remarks>
    public bool TryClose()
    {
        lock (_gate)
        {
            _isClosed |= _present.Count == 0;
            return _isClosed;
        }
    }

    /// <summary>Adds a connection, and announces it to the others.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="last">How many earlier lines to read.</param>
    /// <param name="from">The offset at which to resume reading after a cut; null: at the earlier lines.</param>
    /// <returns>The offset at which the connection begins to read; null if the room is closed.</returns>
    public long? Join(ChatConnection connection, int last, long? from)
    {
        lock (_gate)
        {
            if (_isClosed)
                return null;
            connection.Position = from ?? History.Tail(last, ChatEvent.Said);
            connection.ChooseName(_present);
            _present.Add(connection);
            string[] names = [.. _present.Take(MaxNames).Select(one => one.Name)];
            Add(connection, ChatEvent.Joined, present: names, count: _present.Count);
            return connection.Position;
        }
    }

    /// <summary>Puts a connection in the place of an earlier one, without an announcement.</summary>
    /// <returns>False if the earlier connection is not in the room.</returns>
    public bool TryReplace(ChatConnection before, ChatConnection after, long position)
    {
        lock (_gate)
        {
            int index = _present.IndexOf(before);
            if (index < 0)
                return false;
            after.Position = position;
            after.TakeName(before);
            _present[index] = after;
            return true;
        }
    }

    /// <summary>Removes a connection, and announces that. Does nothing if it is not in the room.</summary>
    public void Leave(ChatConnection connection)
    {
        lock (_gate)
        {
            if (_present.Remove(connection))
                Add(connection, ChatEvent.Left);
        }
    }

    /// <summary>Adds a line that was said.</summary>
    /// <param name="connection">The speaker.</param>
    /// <param name="text">The line.</param>
    /// <param name="offset">The offset of the speaker's stream behind the line.</param>
    public void Say(ChatConnection connection, string text, long offset)
    {
        lock (_gate)
            Add(connection, ChatEvent.Said, text, offset);
    }

    /// <summary>Drops the connections that have not read lines which the history no longer has.</summary>
    public void DropSlow()
    {
        lock (_gate)
            DropSlowLocked();
    }

    private void Add(
        ChatConnection connection,
        string what,
        string? text = null,
        long? offset = null,
        IReadOnlyList<string>? present = null,
        int count = 0)
    {
        Append(connection, what, text, offset, present, count);
        DropSlowLocked();
    }

    // The caller holds _gate. The announcements may make more connections slow, so this repeats. All are removed before any is
    // announced: each is announced once.
    private void DropSlowLocked()
    {
        while (true)
        {
            ChatConnection[] slow = [.. _present.Where(one => one.Position < History.Start)];
            if (slow.Length == 0)
                return;
            _present.RemoveAll(slow.Contains);
            foreach (ChatConnection one in slow)
            {
                one.Drop(ErrorCode.Behind);
                Append(one, ChatEvent.Dropped);
            }
        }
    }

    private void Append(
        ChatConnection connection,
        string what,
        string? text = null,
        long? offset = null,
        IReadOnlyList<string>? present = null,
        int count = 0)
    {
        LastUsed = Environment.TickCount64;
        var entry = new ChatEntry
        {
            Event = what,
            Time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            Name = connection.Name,
            Member = connection.Id,
            Text = text,
            Offset = offset,
            Present = present,
            Count = count,
        };
        History.Append([.. MessageCodec.EncodeChatEntry(entry), (byte)'\n'], what);
    }
}
