namespace RemoteShell.Server.Connections;

/// <summary>The penalties of at most <see cref="MaxRecords"/> addresses or networks. Not thread-safe.</summary>
/// <typeparam name="T">An address or a network.</typeparam>
internal sealed class PenaltyTable<T>
    where T : notnull
{
    /// <summary>The records of a full table.</summary>
    public const int MaxRecords = 65_536;

    // Removed at once from a full table, so that the search for the smallest ones is rare.
    private const int Removed = MaxRecords / 8;

    private readonly Dictionary<T, PenaltyRecord> _records = [];

    /// <summary>The number of records.</summary>
    public int Count => _records.Count;

    /// <summary>The records.</summary>
    public IEnumerable<KeyValuePair<T, PenaltyRecord>> All => _records;

    /// <summary>The record of a place; null if it has none.</summary>
    public PenaltyRecord? Find(T place) => _records.GetValueOrDefault(place);

    /// <summary>Adds an empty record. In a full table it takes the place of those that are over, or else end first.</summary>
    public PenaltyRecord Add(T place, TimeSpan now)
    {
        if (_records.Count >= MaxRecords)
            MakeRoom(now);
        var record = new PenaltyRecord();
        _records.Add(place, record);
        return record;
    }

    /// <summary>Removes the record of a place.</summary>
    public void Remove(T place) => _records.Remove(place);

    private void MakeRoom(TimeSpan now)
    {
        T[] over = [.. _records.Where(entry => entry.Value.IsOver(now)).Select(entry => entry.Key)];
        if (over.Length < Removed)
            over = [.. _records.OrderBy(entry => entry.Value.End).Take(Removed).Select(entry => entry.Key)];
        foreach (T place in over)
            _records.Remove(place);
    }
}
