using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>One of the outputs of this program, while a run shows messages as well.</summary>
/// <param name="screen">Where the bytes go.</param>
/// <param name="stream">Which output.</param>
internal sealed class ScreenStream(FleetScreen screen, OutputStream stream) : WriteOnlyStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => screen.WriteAsync(stream, buffer, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer)
        => screen.WriteAsync(stream, buffer.ToArray(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
