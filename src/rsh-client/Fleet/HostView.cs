using RemoteShell.Cli.Client.Encodings;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Where the output of one host is shown as it comes.</summary>
internal sealed class HostView
{
    private readonly HostLines? _output;
    private readonly HostLines? _error;

    private HostView()
    {
    }

    /// <summary>Shows whole lines.</summary>
    public HostView(HostLines output, HostLines error) => (_output, _error) = (output, error);

    /// <summary>Shows nothing.</summary>
    public static HostView Unseen { get; } = new();

    /// <summary>The streams for the command, converted from the encoding of the remote text.</summary>
    public EncodedStreams Streams(Stream? input, RemoteText? text)
        => new(new() { Output = _output ?? Stream.Null, Error = _error ?? Stream.Null, Input = input }, text);

    /// <summary>Shows last lines that have no end.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_output is not null)
            await _output.CompleteAsync(cancellationToken);
        if (_error is not null)
            await _error.CompleteAsync(cancellationToken);
    }
}
