using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Chat;

/// <summary>All rooms, and their participants.</summary>
internal sealed class Rooms
{
    /// <summary>Rooms at once, beside the lobby, which always exists.</summary>
    /// <remarks>At the limit, a new room takes the place of the empty room that was used least recently.</remarks>
    public const int MaxRooms = 256;

    /// <summary>Participants of one key at once.</summary>
    public const int MaxParticipantsOfKey = 32;

    // Participants of one key that are kept, so that their next connection can resume.
    private const int MaxRememberedOfKey = 2 * MaxParticipantsOfKey;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal) { [ChatRequest.Lobby] = new(ChatRequest.Lobby) };
    private readonly Dictionary<(PublicKey Key, string Room, string Member), ChatParticipant> _participants = [];
    private readonly Dictionary<PublicKey, Queue<ChatParticipant>> _oldest = [];
    private readonly Dictionary<PublicKey, int> _inUse = [];

    /// <summary>Returns the room of that name, and makes it if necessary.</summary>
    /// <returns>Null if there are <see cref="MaxRooms"/> rooms and none is empty.</returns>
    public Room? Find(string name)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(name, out Room? known))
                return known;
            if (_rooms.Count > MaxRooms && !TryRemoveEmptyRoom())
                return null;
            var room = new Room(name);
            _rooms[name] = room;
            return room;
        }
    }

    /// <summary>Returns the participant, and makes it if necessary. It stays in use until <see cref="Return"/>.</summary>
    /// <returns>Null if the key has <see cref="MaxParticipantsOfKey"/> participants in use.</returns>
    public ChatParticipant? Take(PublicKey key, string room, string member)
    {
        lock (_gate)
        {
            if (_inUse.GetValueOrDefault(key) >= MaxParticipantsOfKey)
                return null;
            if (!_participants.TryGetValue((key, room, member), out ChatParticipant? participant))
                participant = Add(key, room, member);
            participant.Uses++;
            _inUse[key] = _inUse.GetValueOrDefault(key) + 1;
            return participant;
        }
    }

    /// <summary>Ends a use of a participant that <see cref="Take"/> has returned.</summary>
    public void Return(ChatParticipant participant)
    {
        lock (_gate)
        {
            participant.Uses--;
            if (--_inUse[participant.Owner] == 0)
                _inUse.Remove(participant.Owner);
        }
    }

    // The caller holds _gate.
    private bool TryRemoveEmptyRoom()
    {
        Room? empty = _rooms.Values
            .Where(room => room.Name != ChatRequest.Lobby)
            .OrderBy(room => room.LastUsed)
            .FirstOrDefault(room => room.TryClose());
        return empty is not null && _rooms.Remove(empty.Name);
    }

    // The caller holds _gate.
    private ChatParticipant Add(PublicKey key, string room, string member)
    {
        if (!_oldest.TryGetValue(key, out Queue<ChatParticipant>? own))
        {
            own = new();
            _oldest[key] = own;
        }

        if (own.Count >= MaxRememberedOfKey)
            RemoveUnused(own);
        var participant = new ChatParticipant(key, room, member);
        _participants[(key, room, member)] = participant;
        own.Enqueue(participant);
        return participant;
    }

    // The caller holds _gate. Removes the oldest participant that is not in use; there is one, since fewer can be in use at once.
    private void RemoveUnused(Queue<ChatParticipant> own)
    {
        for (int i = own.Count; i > 0; i--)
        {
            ChatParticipant oldest = own.Dequeue();
            if (oldest.Uses == 0)
            {
                _participants.Remove((oldest.Owner, oldest.Room, oldest.Member));
                return;
            }

            own.Enqueue(oldest);
        }
    }
}
