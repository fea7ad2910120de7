using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Chat;

/// <summary>All rooms, and what is remembered of those who talk in them.</summary>
internal sealed class Rooms
{
    /// <summary>Rooms at once, beside the lobby, which is always there; of those where nobody is, the one that was left first makes place.</summary>
    public const int MostRooms = 256;

    /// <summary>Conversations of one key at once.</summary>
    public const int MostOfOneKey = 32;

    // Of each key: conversations whose next connection would go on where the last one stood.
    private const int MostRemembered = 2 * MostOfOneKey;

    private readonly Lock _gate = new();

    // Under _gate.
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal) { [ChatRequest.Lobby] = new(ChatRequest.Lobby) };
    private readonly Dictionary<(PublicKey Key, string Room, string Member), ChatParticipant> _seats = [];
    private readonly Dictionary<PublicKey, Queue<ChatParticipant>> _oldest = [];
    private readonly Dictionary<PublicKey, int> _inUse = [];

    /// <summary>The room of that name, which is made where there is none; null where there are too many.</summary>
    public Room? Find(string name)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(name, out Room? known))
                return known;
            if (_rooms.Count > MostRooms)
            {
                if (_rooms.Values.Where(room => room.Name != ChatRequest.Lobby).OrderBy(room => room.LastUsed).FirstOrDefault(room => room.TryClose()) is not { } left)
                    return null;
                _rooms.Remove(left.Name);
            }

            return _rooms[name] = new(name);
        }
    }

    /// <summary>What is remembered of a client in a room, from one connection to the next, until <see cref="Return"/>; null where the key has too many conversations.</summary>
    public ChatParticipant? Take(PublicKey key, string room, string member)
    {
        lock (_gate)
        {
            if (_inUse.GetValueOrDefault(key) >= MostOfOneKey)
                return null;
            if (!_seats.TryGetValue((key, room, member), out ChatParticipant? seat))
            {
                if (!_oldest.TryGetValue(key, out Queue<ChatParticipant>? own))
                    own = _oldest[key] = new();
                if (own.Count >= MostRemembered)
                    ForgetOne(own);
                own.Enqueue(seat = _seats[(key, room, member)] = new(key, room, member));
            }

            seat.Uses++;
            _inUse[key] = _inUse.GetValueOrDefault(key) + 1;
            return seat;
        }
    }

    /// <summary>The seat is not used any more by whoever took it.</summary>
    public void Return(ChatParticipant seat)
    {
        lock (_gate)
        {
            seat.Uses--;
            if (--_inUse[seat.Owner] == 0)
                _inUse.Remove(seat.Owner);
        }
    }

    // The oldest that nobody uses; there is one, since fewer are used at once.
    private void ForgetOne(Queue<ChatParticipant> own)
    {
        for (int i = own.Count; i > 0; i--)
        {
            ChatParticipant oldest = own.Dequeue();
            if (oldest.Uses == 0)
            {
                _seats.Remove((oldest.Owner, oldest.Room, oldest.Member));
                return;
            }

            own.Enqueue(oldest);
        }
    }
}
