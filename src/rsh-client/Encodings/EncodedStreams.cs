using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>A command's streams, with the remote's encoding between them and this side.</summary>
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

    /// <summary>What the command is to be given.</summary>
    public CommandStreams Streams { get; }

    /// <summary>The command has ended: lets the last part of a character go, and says what could not be decoded or encoded.</summary>
    public void Finish()
    {
        if (_text is null)
            return;
        _output!.Finish();
        _error!.Finish();
        if (_output.Unknown + _error.Unknown is > 0 and var unknown)
            UserMessages.Say($"{Times(unknown)} the output had bytes that are no {_text.Name}, shown as U+FFFD");
        if (_input is { Unknown: > 0 and var missing })
            UserMessages.Say($"{Times(missing)} the input had a character that {_text.Name} does not have, sent as '?'");
    }

    private static string Times(long count) => count == 1 ? "once" : $"{count} times";
}
