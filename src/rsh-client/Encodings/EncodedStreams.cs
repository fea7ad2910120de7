using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>A command's streams, converted between UTF-8 and the encoding of the remote text.</summary>
internal sealed class EncodedStreams
{
    private readonly RemoteText? _text;
    private readonly DecodedOutput? _output;
    private readonly DecodedOutput? _error;
    private readonly EncodedInput? _input;

    public EncodedStreams(CommandStreams streams, RemoteText? text)
    {
        (Streams, _text) = (streams, text);
        if (text is null)
            return;
        _output = new(streams.Output, text.Name);
        _error = new(streams.Error, text.Name);
        _input = streams.Input is { } input ? new(input, text.Name) : null;
        Streams = new() { Output = _output, Error = _error, Input = _input };
    }

    /// <summary>The streams for the command.</summary>
    public CommandStreams Streams { get; }

    /// <summary>Ends the output after the command has ended, and tells how much could not be decoded or encoded.</summary>
    public void Finish()
    {
        if (_text is null)
            return;
        _output!.Finish();
        _error!.Finish();
        if (_output.Unknown + _error.Unknown is > 0 and var unknown)
            UserMessages.Say($"the output had bytes that are not {_text.Name}, {Times(unknown)}; they are shown as U+FFFD");
        if (_input is { Unknown: > 0 and var missing })
            UserMessages.Say($"the input had characters that {_text.Name} does not have, {Times(missing)}; they are sent as '?'");
    }

    private static string Times(long count) => count == 1 ? "once" : $"{count} times";
}
