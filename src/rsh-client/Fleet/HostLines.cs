using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Shows the output of one host in whole lines, each with the host's prefix.</summary>
/// <remarks>A line of more than 64 KiB is shown in pieces.</remarks>
/// <param name="prefix">What stands before each line.</param>
/// <param name="screen">Where the lines go.</param>
/// <param name="stream">Of this program: the one on which the lines are shown.</param>
internal sealed class HostLines(byte[] prefix, FleetScreen screen, OutputStream stream) : WriteOnlyStream
{
    private const int MaxLine = 64 * 1024;

    private readonly List<byte> _begun = [];
    private readonly List<byte> _lines = [];

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _lines.Clear();
        while (buffer.Length > 0)
        {
            int end = buffer.IndexOf((byte)'\n');
            if (end < 0)
            {
                Begin(buffer);
                break;
            }

            EndLine(buffer[..end]);
            buffer = buffer[(end + 1)..];
        }

        screen.Write(stream, CollectionsMarshal.AsSpan(_lines));
    }

    /// <summary>Shows a last line that has no end.</summary>
    public void Complete()
    {
        _lines.Clear();
        if (_begun.Count > 0)
            EndLine([]);
        screen.Write(stream, CollectionsMarshal.AsSpan(_lines));
    }

    private void Begin(ReadOnlySpan<byte> part)
    {
        while (_begun.Count + part.Length > MaxLine)
        {
            int room = MaxLine - _begun.Count;
            EndLine(part[..room]);
            part = part[room..];
        }

        _begun.AddRange(part);
    }

    private void EndLine(ReadOnlySpan<byte> rest)
    {
        _lines.AddRange(prefix);
        _lines.AddRange(_begun);
        _lines.AddRange(rest);
        _lines.Add((byte)'\n');
        _begun.Clear();
    }
}
