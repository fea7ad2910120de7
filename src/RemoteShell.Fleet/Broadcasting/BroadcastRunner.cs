using RemoteShell.Client;
using RemoteShell.Client.Results;
using RemoteShell.Client.Trust;
using RemoteShell.Fleet.Verdicts;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Fleet;

/// <summary>Checks the signed results of a broadcast, and keeps their output and verdicts.</summary>
/// <param name="run">The run, which this client has taken.</param>
/// <param name="broadcast">Its request.</param>
public sealed class BroadcastRunner(KeptRun run, RunBroadcast broadcast)
{
    /// <summary>Reads what a host has published, if it is the signed result of this request on that host.</summary>
    /// <remarks>Who signed it is not known yet: anybody who may publish can say anything.</remarks>
    /// <returns>Null if it is something else.</returns>
    public BroadcastResult? TryRead(ReadOnlyMemory<byte> bytes, RunTarget target, string name)
    {
        ArgumentNullException.ThrowIfNull(target);
        try
        {
            BroadcastResult result = BroadcastResult.Open(SignedText.Parse(bytes.Span, SignedKind.Result));
            bool isMeant = result.Run == broadcast.Run
                && result.Request == broadcast.Hash
                && string.Equals(result.Name, name, StringComparison.OrdinalIgnoreCase)
                && (result.Job is null || result.Job == target.Job);
            return isMeant ? result : null;
        }
        catch (BroadcastException)
        {
            return null;
        }
    }

    /// <summary>Whether a result has all of the output, or there is none.</summary>
    public static bool HasAllOutput(BroadcastResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Streams.Values.All(output => output.Digest is not null && (output.Head?.Length ?? 0) == output.Total);
    }

    /// <summary>Checks that the key that has signed a result is trusted for the host.</summary>
    /// <param name="result">The result.</param>
    /// <param name="connection">How the host is reached: its name, and the keys that are trusted.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <exception cref="HostKeyException">It is not.</exception>
    public static async Task<TrustedResult> TrustAsync(
        BroadcastResult result, ClientOptions connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(connection);
        if (!PublicKey.TryParse(result.Key, out PublicKey? key))
            throw new UnverifiedOutputException("the result has no valid key");
        await new KnownHosts(connection.KnownHostsFile)
            .CheckAsync(connection.Host, key!, connection.Trust, cancellationToken)
            .ConfigureAwait(false);
        return new(result);
    }

    /// <summary>Keeps the verdict of a host, and its output.</summary>
    /// <param name="target">The host.</param>
    /// <param name="trusted">Its result, which has all of the output.</param>
    /// <param name="shown">Where the output goes, in addition to the run's files.</param>
    /// <param name="cancellationToken">Stops the showing.</param>
    public async Task<HostVerdict> KeepAsync(
        RunTarget target, TrustedResult trusted, CommandStreams shown, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(trusted);
        ArgumentNullException.ThrowIfNull(shown);
        BroadcastResult result = trusted.Result;
        using HostOutput output = run.OutputOf(target);
        HostVerdict verdict;
        try
        {
            if (result.Refusal is { } refusal)
                throw new RequestRefusedException(new RefusedMessage { Code = refusal.Code, Text = refusal.Text, Hint = refusal.Hint });
            CommandResult ended = CommandResult.From(target.Job, MessageOf(result));
            foreach ((string name, BroadcastOutput stream) in result.Streams)
                Verify(name, stream);
            verdict = HostVerdict.Of(target, ended);
            await WriteAsync(result, output, shown, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (HostFailure.Is(e))
        {
            verdict = HostFailure.Of(target, e);
        }

        DateTimeOffset started = result.Started is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : DateTimeOffset.UtcNow;
        verdict = verdict with { Started = started };
        await run.KeepAsync(verdict, output).ConfigureAwait(false);
        return verdict;
    }

    private static ResultMessage MessageOf(BroadcastResult result) => new()
    {
        Outcome = result.Outcome!,
        Code = result.Code!.Value,
        Signal = result.Signal,
        Reason = result.Reason,
        Duration = result.Duration ?? 0,
        Usage = result.Usage,
        PipesLeftOpen = result.Held,
        Streams = result.Streams
            .Where(stream => stream.Value.Digest is not null)
            .ToDictionary(stream => stream.Key, stream => new StreamTotal(stream.Value.Total, stream.Value.Digest!)),
    };

    private static void Verify(string name, BroadcastOutput output)
    {
        int colon = output.Digest!.IndexOf(':', StringComparison.Ordinal);
        using var digest = new StreamDigest(colon < 0 ? output.Digest : output.Digest[..colon]);
        digest.Append(output.Head.GetValueOrDefault().Span);
        if (digest.Current.Digest != output.Digest)
            throw new UnverifiedOutputException($"the digest of '{name}' is wrong: the host has signed other bytes than it sent");
    }

    private async Task WriteAsync(
        BroadcastResult result, HostOutput output, CommandStreams shown, CancellationToken cancellationToken)
    {
        if (result.Streams.TryGetValue(OutputStreamNames.StandardOutput, out BroadcastOutput? text))
            await WriteAsync(text, output.Output, shown.Output, cancellationToken).ConfigureAwait(false);
        if (result.Streams.TryGetValue(OutputStreamNames.StandardError, out BroadcastOutput? errors))
            await WriteAsync(errors, output.Error, shown.Error, cancellationToken).ConfigureAwait(false);
    }

    // A client that was killed may have left a part, and the whole output is here. Equal output is kept once.
    private async Task WriteAsync(
        BroadcastOutput output, Runs.KeptStream kept, Stream shown, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = output.Head.GetValueOrDefault();
        string? copy = run.FindCopy(new(output.Total, output.Digest!));
        if (kept.IsThere && copy != kept.Name)
            kept.Drop();
        if (bytes.Length == 0)
            return;
        if (copy is null)
            kept.Write(bytes.Span);
        await shown.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }
}
