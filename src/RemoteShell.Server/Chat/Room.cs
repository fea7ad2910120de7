using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Chat;

/// <summary>Those who talk to one another, and what they said last.</summary>
internal sealed class Room(string name)
{
    // More names would make a line of a joining that nobody reads.
    private const int MostNames = 32;

    private readonly Lock _gate = new();

    // Under _gate.
    private readonly List<ChatConnection> _present = [];
    private bool _isClosed;

    public string Name => name;

    public RoomHistory Log { get; } = new();

    /// <summary>When something last happened here.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Closes the room where nobody is in it: whoever found it before joins another of that name.</summary>
    public bool TryClose()
    {
        lock (_gate)
            return _isClosed |= _present.Count == 0;
    }

    /// <summary>Lets somebody in, and tells the others; returns where what is heard begins. Null where the room is closed.</summary>
    /// <param name="member">Who.</param>
    /// <param name="last">How many earlier lines are wanted.</param>
    /// <param name="from">Where it goes on after a cut; null: with the earlier lines.</param>
    public long? Join(ChatConnection member, int last, long? from)
    {
        lock (_gate)
        {
            if (_isClosed)
                return null;
            member.Position = from ?? Log.Tail(last, ChatEvent.Said);
            _present.Add(member);
            Tell(member, ChatEvent.Joined, present: [.. _present.Take(MostNames).Select(one => one.Name)], count: _present.Count);
            return member.Position;
        }
    }

    /// <summary>Puts another attendance in the place of the one before, of which nobody need know; false where that one is not there any more.</summary>
    public bool TryReplace(ChatConnection before, ChatConnection after, long position)
    {
        lock (_gate)
        {
            int seat = _present.IndexOf(before);
            if (seat < 0)
                return false;
            after.Position = position;
            _present[seat] = after;
            return true;
        }
    }

    /// <summary>Somebody is gone; nothing where the others have been told already.</summary>
    public void Leave(ChatConnection member)
    {
        lock (_gate)
            if (_present.Remove(member))
                Tell(member, ChatEvent.Left);
    }

    /// <summary>Says something to all.</summary>
    /// <param name="member">Who.</param>
    /// <param name="text">What.</param>
    /// <param name="offset">Where the speaker's stream stands behind it.</param>
    public void Say(ChatConnection member, string text, long offset)
    {
        lock (_gate)
            Tell(member, ChatEvent.Said, text, offset);
    }

    /// <summary>Drops those who have not read what is forgotten by now: nobody waits for them.</summary>
    public void DropSlow()
    {
        lock (_gate)
            DropSlowHere();
    }

    private void Tell(ChatConnection member, string what, string? text = null, long? offset = null, IReadOnlyList<string>? present = null, int count = 0)
    {
        Append(member, what, text, offset, present, count);
        DropSlowHere();
    }

    // Telling of them may make others slow; each is removed before anything is told, and so once.
    private void DropSlowHere()
    {
        while (_present.Where(one => one.Position < Log.Start).ToArray() is { Length: > 0 } slow)
        {
            _present.RemoveAll(slow.Contains);
            foreach (ChatConnection one in slow)
            {
                one.Drop(ErrorCode.Behind);
                Append(one, ChatEvent.Dropped);
            }
        }
    }

    private void Append(ChatConnection member, string what, string? text = null, long? offset = null, IReadOnlyList<string>? present = null, int count = 0)
    {
        LastUsed = Environment.TickCount64;
        var line = new ChatEntry { Event = what, Time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Name = member.Name, Member = member.Id, Text = text, Offset = offset, Present = present, Count = count };
        Log.Append([.. MessageCodec.EncodeChatEntry(line), (byte)'\n'], what);
    }
}
