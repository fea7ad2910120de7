using System.Text;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Chat;

/// <summary>Typed lines as a stream of UTF-8 bytes; <c>/quit</c> ends it.</summary>
internal sealed class TypedLines(ILineReader lines) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.Length == 0)
        {
            string? line = await lines.ReadAsync(folder: null, cancellationToken);
            if (line is null || line.Trim() == "/quit")
                return 0;
            _rest = Encoding.UTF8.GetBytes($"{line}\n");
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
