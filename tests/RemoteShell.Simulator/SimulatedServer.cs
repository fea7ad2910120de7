using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using RemoteShell.Broker.Broadcasts;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Simulator;

/// <summary>Checks signature, key, targets and time of signed requests, and signs results. The output of a command is its text.</summary>
/// <remarks>It checks less than <c>rsh-server</c>, and remembers jobs in memory only: its costs are a lower bound.</remarks>
/// <param name="host">How the host is called.</param>
/// <param name="identity">The host's key.</param>
/// <param name="authorized">The key that may run commands.</param>
/// <param name="starts">Counts the commands that start.</param>
/// <param name="release">When it ends, the answers are given.</param>
internal sealed class SimulatedServer(BroadcastHost host, Identity identity, PublicKey authorized, StartCounts starts, Task release)
    : RequestServer
{
    private readonly ConcurrentDictionary<string, Lazy<SignedText>> _jobs = new(StringComparer.Ordinal);

    public override async Task<SignedText?> AnswerAsync(SignedText request, CancellationToken cancellationToken)
    {
        SignedText? answer = Answer(request);
        await release.WaitAsync(cancellationToken);
        return answer;
    }

    private SignedText? Answer(SignedText text)
    {
        BroadcastRequest request = BroadcastRequest.Decode(text.Payload.Span);
        if (!PublicKey.TryParse(request.Key, out PublicKey? key) || !text.IsSignedBy(key!) || !authorized.Equals(key))
            return null;
        var result = new BroadcastResult
        {
            Run = request.Run,
            Name = host.Name,
            Request = text.PayloadHash,
            Key = identity.PublicKey.ToString(),
            Job = request.JobOn(host.Name),
        };
        if (!TargetNames.Contains(request.Targets, host.Name, host.Groups))
            return Refuse(result, ErrorCode.NotMeant, "the request is for other hosts");
        // As the journal of a server: of two requests, one starts the job, and the other gets its result also later.
        bool isKnown = _jobs.ContainsKey(result.Job);
        if (!isKnown && DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > request.NotAfter)
            return Refuse(result, ErrorCode.Expired, "the request is too old");
        return _jobs.GetOrAdd(result.Job, _ => new(() => Run(request, result))).Value;
    }

    private SignedText Refuse(BroadcastResult result, string code, string reason)
        => (result with { Refusal = new() { Code = code, Text = reason } }).Sign(identity);

    private SignedText Run(BroadcastRequest request, BroadcastResult result)
    {
        starts.Add(host.Name, request.Run);
        byte[] output = Encoding.UTF8.GetBytes($"{request.Command ?? string.Join(' ', request.Argv ?? request.Builtin!)}\n");
        var streams = new Dictionary<string, BroadcastOutput>
        {
            ["stdout"] = new() { Total = output.Length, Digest = DigestOf(output), Head = output },
            ["stderr"] = new() { Total = 0, Digest = DigestOf([]) },
        };
        return (result with
        {
            Outcome = Outcome.Exited,
            Code = 0,
            Started = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            Duration = 0,
            Streams = streams,
        }).Sign(identity);
    }

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
