namespace RemoteShell.Protocol.Channels;

/// <summary>A segment that is being written to the spill target.</summary>
/// <param name="Spill">The target.</param>
/// <param name="Segment">The segment.</param>
/// <param name="From">Offset of its first byte that is still needed.</param>
internal readonly record struct SpillingSegment(ISpillTarget Spill, BufferSegment Segment, long From);
