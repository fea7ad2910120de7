using System.Text;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Shows what processes in the background write: above the line that is being typed, or as it is while a line runs.</summary>
/// <param name="target">Standard output or standard error.</param>
/// <param name="tryShow">Shows more of the rows above the line that is being typed; false if none is.</param>
internal sealed class LateOutput(Stream target, Func<LateRows, string, bool> tryShow) : WriteOnlyStream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly LateRows _rows = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var characters = new char[_decoder.GetCharCount(buffer, flush: false)];
        int count = _decoder.GetChars(buffer, characters, flush: false);
        if (tryShow(_rows, new(characters, 0, count)))
            return;
        target.Write(buffer);
        target.Flush();
    }
}
