using System.Text;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Chat;

/// <summary>Typed lines as a stream of UTF-8 bytes. A line that begins with a slash is a command of this program: not sent.</summary>
/// <param name="lines">The lines.</param>
/// <param name="show">Shows a text to the user.</param>
internal sealed class TypedLines(ILineReader lines, Action<string> show) : ReadOnlyStream
{
    private const string Commands = "/quit leaves the room; /help shows this list; //TEXT sends /TEXT";

    private ReadOnlyMemory<byte> _rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.Length == 0)
        {
            string? line = await lines.ReadAsync(folder: null, cancellationToken);
            if (line is null || line.Trim() == "/quit")
                return 0;
            if (Said(line) is { } said)
                _rest = Encoding.UTF8.GetBytes($"{said}\n");
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    // Null if the line is not sent.
    private string? Said(string line)
    {
        string text = line.TrimStart();
        if (!text.StartsWith('/'))
            return line;
        if (text.StartsWith("//", StringComparison.Ordinal))
            return text[1..];
        string command = text.Split(' ')[0];
        show(command == "/help" ? Commands : $"'{command}' is not a command, and was not sent; {Commands}");
        return null;
    }
}
