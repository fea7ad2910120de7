using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Passes bytes on, and ends a last line that has no end.</summary>
/// <param name="target">Where the bytes go.</param>
internal sealed class WholeLines(Stream target) : WriteOnlyStream
{
    private byte _last = (byte)'\n';

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length == 0)
            return;
        _last = buffer[^1];
        target.Write(buffer);
    }

    /// <summary>Ends the last line.</summary>
    public void Complete()
    {
        if (_last != '\n')
            target.Write("\n"u8);
    }
}
