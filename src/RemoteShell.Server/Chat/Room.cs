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
    private readonly List<Member> _present = [];

    public string Name => name;

    public RoomLog Log { get; } = new();

    /// <summary>When something last happened here.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _present.Count == 0;
        }
    }

    /// <summary>Lets somebody in, and tells the others; returns where what is heard begins.</summary>
    /// <param name="member">Who.</param>
    /// <param name="last">How many earlier lines are wanted.</param>
    /// <param name="from">Where it goes on after a cut; null: with the earlier lines.</param>
    public long Join(Member member, int last, long? from)
    {
        lock (_gate)
        {
            long begin = from ?? Log.Tail(last);
            member.Position = begin;
            _present.Add(member);
            Tell(member, ChatEvent.Joined, present: [.. _present.Take(MostNames).Select(one => one.Name)], count: _present.Count);
            return begin;
        }
    }

    /// <summary>Somebody is gone; nothing where the others have been told already.</summary>
    public void Leave(Member member)
    {
        lock (_gate)
            if (_present.Remove(member))
                Tell(member, ChatEvent.Left);
    }

    /// <summary>Puts another attendance in the place of the one before, of which nobody need know.</summary>
    public void Replace(Member before, Member after, long position)
    {
        lock (_gate)
        {
            after.Position = position;
            _present.Remove(before);
            _present.Add(after);
        }
    }

    /// <summary>Says something to all.</summary>
    /// <param name="member">Who.</param>
    /// <param name="text">What.</param>
    /// <param name="offset">Where the speaker's stream stands behind it.</param>
    public void Say(Member member, string text, long offset)
    {
        lock (_gate)
            Tell(member, ChatEvent.Said, text, offset);
    }

    private void Tell(Member member, string what, string? text = null, long? offset = null, IReadOnlyList<string>? present = null, int count = 0)
    {
        LastUsed = Environment.TickCount64;
        var line = new ChatLine { Event = what, Time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Name = member.Name, Member = member.Id, Text = text, Offset = offset, Present = present, Count = count };
        Log.Append([.. MessageCodec.EncodeChatLine(line), (byte)'\n']);
        // Nobody waits for one who has not read what is forgotten now.
        foreach (Member slow in _present.Where(one => one.Position < Log.Start).ToArray())
        {
            _present.Remove(slow);
            slow.Drop(ErrorCode.Behind);
            Tell(slow, ChatEvent.Dropped);
        }
    }
}
