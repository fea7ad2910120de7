namespace RemoteShell.Server.Processes;

/// <summary>Tells from the reads of a pipe whether its process writes many small pieces in quick succession.</summary>
/// <remarks>
/// Each piece would become a frame of its own, with the work of both ends and of all between. A reader that pauses for a moment gets
/// many of them at once. A process that answers its input piece by piece needs longer for each than <see cref="Quick"/>, since its
/// input comes over the connection; it never waits for a pause.
/// </remarks>
internal sealed class OutputPace
{
    // Two pieces may belong together, such as a header and what follows it.
    private const int QuickReads = 3;

    // More than this is worth a frame.
    private const int SmallSize = 4 * 1024;

    // How long the next piece takes at most.
    private static readonly TimeSpan Quick = TimeSpan.FromMicroseconds(50);

    private int _quickReads;

    /// <summary>Adds a read.</summary>
    /// <param name="count">How many bytes it returned.</param>
    /// <param name="waited">How long it took.</param>
    /// <returns>Whether to pause before the next one, for less than anybody notices.</returns>
    public bool Add(int count, TimeSpan waited)
    {
        _quickReads = waited <= Quick && count < SmallSize ? Math.Min(_quickReads + 1, QuickReads) : 0;
        return _quickReads == QuickReads;
    }
}
