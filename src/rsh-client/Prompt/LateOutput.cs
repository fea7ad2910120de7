using System.Text;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Shows what processes in the background write: above the line that is being typed, or as it is while a line runs.</summary>
/// <param name="target">Standard output or standard error.</param>
/// <param name="tryShow">Shows a text above the line that is being typed; false if none is.</param>
internal sealed class LateOutput(Stream target, Func<string, bool> tryShow) : WriteOnlyStream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var characters = new char[_decoder.GetCharCount(buffer, flush: false)];
        int count = _decoder.GetChars(buffer, characters, flush: false);
        string text = new string(characters, 0, count).TrimEnd('\n');
        if (tryShow(text))
            return;
        target.Write(buffer);
        target.Flush();
    }
}
