using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Broker.Broadcasts;

/// <summary>Carries out signed requests on a host.</summary>
public abstract class RequestServer
{
    /// <summary>Passes a request on, and waits for its result. A request that comes twice has the same result.</summary>
    /// <returns>Null if the request is not worth an answer, such as one whose signature is wrong.</returns>
    /// <exception cref="IOException">The server cannot be reached, or has gone.</exception>
    public abstract Task<SignedText?> AnswerAsync(SignedText request, CancellationToken cancellationToken);
}
