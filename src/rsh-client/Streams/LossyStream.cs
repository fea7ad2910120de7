namespace RemoteShell.Cli.Client.Streams;

/// <summary>Drops what cannot be written. For messages: the exit status must be right also if they cannot be written.</summary>
/// <param name="target">Receives the bytes.</param>
internal sealed class LossyStream(Stream target) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            target.Write(buffer);
        }
        catch (Exception e) when (e is IOException or BrokenOutputException)
        {
            // Standard error is full or closed: there is no place to report that.
        }
    }
}
