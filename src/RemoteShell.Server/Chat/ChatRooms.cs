using System.Collections.Concurrent;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Chat;

/// <summary>All rooms, and what is remembered of those who talk in them.</summary>
internal sealed class ChatRooms
{
    /// <summary>Rooms at once; of those where nobody is, the one that was left first makes place.</summary>
    public const int MostRooms = 64;

    // Conversations whose next connection would go on where the last one stood.
    private const int MostRemembered = 1024;

    // A wall that everybody writes on is no wall.
    private const int NoticeBurst = 5;
    private const double NoticesEachSecond = 0.5;

    private readonly Lock _gate = new();

    // Under _gate.
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Room, string Member), Seat> _seats = [];
    private readonly Queue<(string Room, string Member)> _oldest = new();

    private readonly HashSet<(PublicKey Key, string Id)> _shown = [];
    private readonly Queue<(PublicKey Key, string Id)> _shownOldest = new();

    private readonly ConcurrentDictionary<PublicKey, Pace> _notices = new();

    /// <summary>The room of that name, which is made where there is none; null where there are too many.</summary>
    public Room? Find(string name)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(name, out Room? known))
                return known;
            if (_rooms.Count >= MostRooms)
            {
                if (_rooms.Values.Where(room => room.IsEmpty).MinBy(room => room.LastUsed) is not { } left)
                    return null;
                _rooms.Remove(left.Name);
            }

            return _rooms[name] = new(name);
        }
    }

    /// <summary>What is remembered of a client in a room, from one connection to the next; null where another key has a member of that name, in whose name it would speak.</summary>
    public Seat? SeatOf(PublicKey key, Room room, string member)
    {
        lock (_gate)
        {
            if (_seats.TryGetValue((room.Name, member), out Seat? known))
                return known.Owner.Equals(key) ? known : null;
            if (_oldest.Count >= MostRemembered)
                ForgetOne();
            _oldest.Enqueue((room.Name, member));
            return _seats[(room.Name, member)] = new(key);
        }
    }

    /// <summary>Whether a line was not shown before: one that is asked for again after a cut was.</summary>
    public bool IsNew(PublicKey key, string id)
    {
        lock (_gate)
        {
            if (!_shown.Add((key, id)))
                return false;
            _shownOldest.Enqueue((key, id));
            if (_shownOldest.Count > MostRemembered)
                _shown.Remove(_shownOldest.Dequeue());
            return true;
        }
    }

    /// <summary>Whether that key may show everybody a line now.</summary>
    public bool MayNotify(PublicKey key)
    {
        Pace pace = _notices.GetOrAdd(key, _ => new(NoticeBurst, NoticesEachSecond));
        lock (pace)
            return pace.TryTake();
    }

    // The oldest on whose seat nobody sits; where all are taken, one more is remembered.
    private void ForgetOne()
    {
        for (int i = _oldest.Count; i > 0; i--)
        {
            (string Room, string Member) oldest = _oldest.Dequeue();
            if (_seats[oldest].Taken is null)
            {
                _seats.Remove(oldest);
                return;
            }

            _oldest.Enqueue(oldest);
        }
    }
}

/// <summary>What outlives a connection of somebody who chats.</summary>
/// <param name="owner">The key that came first.</param>
internal sealed class Seat(PublicKey owner)
{
    private volatile Member? _taken;

    public PublicKey Owner => owner;

    /// <summary>What was said.</summary>
    public Speech Speech { get; } = new();

    /// <summary>Who sits there.</summary>
    public Member? Taken
    {
        get => _taken;
        set => _taken = value;
    }
}
