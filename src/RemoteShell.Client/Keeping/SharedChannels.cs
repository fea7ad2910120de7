namespace RemoteShell.Client.Keeping;

/// <summary>Which channel of the kept connection belongs to which channel of which program.</summary>
/// <remarks>Thread-safe. The numbers on the kept connection are odd, and each is higher than all before it.</remarks>
internal sealed class SharedChannels
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<uint, (SharingProgram Program, uint Own)> _open = [];
    private readonly Dictionary<(SharingProgram Program, uint Own), uint> _numbers = [];
    private uint _next = 1;

    /// <summary>Gives a program's new channel a number, and sends its request before that of any later number.</summary>
    /// <param name="program">The program.</param>
    /// <param name="own">Its number of the channel.</param>
    /// <param name="limit">The most channels of the kept connection.</param>
    /// <param name="send">Queues the request. It runs under the lock, so it must not write.</param>
    /// <returns>False if the server allows no more channels, or the program has used the number already.</returns>
    public bool TryOpen(SharingProgram program, uint own, int limit, Action<uint> send)
    {
        lock (_gate)
        {
            if (_open.Count >= limit || !_numbers.TryAdd((program, own), _next))
                return false;
            uint number = _next;
            _next += 2;
            _open.Add(number, (program, own));
            send(number);
            return true;
        }
    }

    /// <summary>The channel's number on the kept connection; null if the channel is over.</summary>
    public uint? NumberOf(SharingProgram program, uint own)
    {
        lock (_gate)
            return _numbers.TryGetValue((program, own), out uint number) ? number : null;
    }

    /// <summary>Whose channel a number is; null if the channel is over.</summary>
    public (SharingProgram Program, uint Own)? OwnerOf(uint number)
    {
        lock (_gate)
            return _open.TryGetValue(number, out (SharingProgram, uint) owner) ? owner : null;
    }

    /// <summary>Forgets a channel that is over.</summary>
    public void Close(uint number)
    {
        lock (_gate)
        {
            if (_open.Remove(number, out (SharingProgram, uint) owner))
                _numbers.Remove(owner);
        }
    }

    /// <summary>Forgets the channels of a program, and returns their numbers.</summary>
    public IReadOnlyList<uint> CloseAll(SharingProgram program)
    {
        lock (_gate)
        {
            List<uint> numbers = [.. _open.Where(one => one.Value.Program == program).Select(one => one.Key)];
            foreach (uint number in numbers)
            {
                _open.Remove(number, out (SharingProgram, uint) owner);
                _numbers.Remove(owner);
            }

            return numbers;
        }
    }
}
