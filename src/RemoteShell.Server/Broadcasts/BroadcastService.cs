using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Lists;
using RemoteShell.Server.HostKeys;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Broadcasts;

/// <summary>Answers signed requests. Who brings them is not trusted: the signature, the key and all else is checked here.</summary>
/// <param name="hostKeys">The server's key, which signs the results.</param>
/// <param name="keys">The keys that may use the server, and those that are revoked.</param>
/// <param name="services">What all requests share.</param>
/// <param name="audit">Records what is refused.</param>
/// <param name="log">Receives what becomes of each request.</param>
internal sealed class BroadcastService(
    ServerHostKeys hostKeys, KeyFiles keys, RequestServices services, BroadcastAudit audit, ILogger log)
{
    private readonly BroadcastAuthorization _authorization = new(keys);
    private readonly BroadcastRunner _runner = new(services, log);
    private readonly Lock _gate = new();

    // Guarded by _gate: answers that have not ended.
    private readonly HashSet<Task> _answering = [];

    /// <summary>Reads a <see cref="BroadcastHost"/> and a signed request, and writes a signed result when the job has ended.</summary>
    /// <remarks>
    /// Nothing is written if the bytes are not valid, or the key is not authorized. The end of the stream before the result is a
    /// disconnect: the job runs on.
    /// </remarks>
    /// <param name="stream">The stream; the caller disposes it.</param>
    /// <param name="cancellationToken">Ends the answer; the job runs on.</param>
    public Task AnswerAsync(Stream stream, CancellationToken cancellationToken)
    {
        Task answer = AnswerOneAsync(stream, cancellationToken);
        lock (_gate)
        {
            if (answer.IsCompleted)
                return answer;
            _answering.Add(answer);
        }

        answer.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return answer;
    }

    /// <summary>Returns when all present answers have ended.</summary>
    public Task FinishAsync()
    {
        lock (_gate)
            return Task.WhenAll(_answering);
    }

    private void Remove(Task answer)
    {
        lock (_gate)
            _answering.Remove(answer);
    }

    private async Task AnswerOneAsync(Stream stream, CancellationToken cancellationToken)
    {
        SignedText? text = null;
        PublicKey? signer = null;
        try
        {
            (BroadcastHost host, text) = await ReadAsync(stream, cancellationToken);
            BroadcastSender sender = BroadcastSender.Decode(text.Payload.Span);
            if (!text.IsSignedBy(sender.Key))
                throw new BroadcastException("its signature is wrong");
            signer = sender.Key;
            // Before anything is signed: a program without an authorized key must not make the server sign.
            IReadOnlyList<AuthorizedKey> lines = _authorization.FindAll(sender.Key);
            if (lines.Count == 0)
                throw new BroadcastException($"the key {sender.Key.Fingerprint} is not authorized here");

            using var answer = BroadcastAnswer.Begin(stream, cancellationToken);
            BroadcastResult result = await ResultAsync(host, text, sender, lines, answer.Ended);
            Identity identity = hostKeys.Present.Identity;
            await answer.WriteAsync((result with { Key = identity.PublicKey.ToString() }).Sign(identity));
        }
        catch (BroadcastException e)
        {
            audit.Unanswered(text, signer, e.Message);
            log.LogWarning("a signed request is not answered: {Reason}", LogSanitizer.Of(e.Message));
        }
        catch (IOException e)
        {
            log.LogInformation("a signed request is not answered, since its connection is lost: {Reason}", LogSanitizer.Of(e.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogInformation("a signed request is not answered, since its connection was closed before its job has ended");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "the answer to a signed request failed");
        }
    }

    // A peer that sends nothing is a lost one.
    private async Task<(BroadcastHost Host, SignedText Text)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(services.Options.Value.Limits.HandshakeTime);
        try
        {
            BroadcastHost host = await BroadcastHost.ReadAsync(stream, time.Token);
            return (host, await SignedText.ReadAsync(stream, SignedKind.Request, time.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BroadcastException($"it did not come within {services.Options.Value.Limits.HandshakeTime}");
        }
    }

    private async Task<BroadcastResult> ResultAsync(
        BroadcastHost host, SignedText text, BroadcastSender sender, IReadOnlyList<AuthorizedKey> lines, CancellationToken ended)
    {
        // Another key may sign it, if the host key is replaced meanwhile.
        string key = hostKeys.Present.Identity.PublicKey.ToString();
        var result = new BroadcastResult { Run = sender.Run, Name = host.Name, Request = text.PayloadHash, Key = key };
        string? job = null;
        try
        {
            AuthorizedKey client = BroadcastAuthorization.Permitted(lines);
            BroadcastRequest request = Decode(text);
            job = request.JobOn(host.Name);
            return await _runner.RunAsync(new(request, text, host, client), result with { Job = job }, ended);
        }
        catch (RefusalException e)
        {
            audit.Refused(text, lines[0], e);
            string fingerprint = sender.Key.Fingerprint;
            log.LogWarning("refused a signed request of {Fingerprint}: {Reason}", fingerprint, LogSanitizer.Of(e.Message));
            return result with { Job = job, Refusal = new() { Code = e.Code, Text = KeptText.Of(e.Message), Hint = e.Hint } };
        }
    }

    private static BroadcastRequest Decode(SignedText text)
    {
        try
        {
            return BroadcastRequest.Decode(text.Payload.Span);
        }
        catch (BroadcastException e)
        {
            throw new RefusalException(
                ErrorCode.BadRequest, $"the request is not valid here: {e.Message}", e.Hint ?? "the server may be older than the client");
        }
    }
}
