using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys;

/// <summary>Signs with the key of a file: by the agent if it holds the key, else by <c>ssh-keygen</c>.</summary>
/// <remarks>A certificate beside it, in <c>FILE-cert.pub</c>, is shown with the signature, as ssh does.</remarks>
/// <param name="path">The file of the private key, or of the public key.</param>
/// <param name="agent">The agent; null: there is none.</param>
public sealed class FileSigner(string path, SshAgent? agent) : KeySigner
{
    private const string PublicSuffix = ".pub", CertificateSuffix = "-cert.pub";

    private readonly string _privatePath = path.EndsWith(PublicSuffix, StringComparison.Ordinal) ? path[..^PublicSuffix.Length] : path;

    /// <summary>Receives what <c>ssh-keygen</c> asks the user to do, such as a touch. Default: null.</summary>
    public Action<string>? Asked { get; init; }

    /// <inheritdoc/>
    public override string Name => path;

    /// <inheritdoc/>
    public override string? Fingerprint => PublicKeyOf(_privatePath + PublicSuffix)?.Fingerprint;

    /// <inheritdoc/>
    public override async Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        KeySigner signer = await FindInAgentAsync(cancellationToken).ConfigureAwait(false)
            ?? (KeySigner)new KeygenSigner(path) { Asked = Asked };
        SshSignature signature = await signer.SignAsync(message, purpose, cancellationToken).ConfigureAwait(false);
        // A certificate that was left behind by another key is none of this one.
        return Certificate() is { } certificate && certificate.Key.Blob.Span.SequenceEqual(signature.KeyBlob.Span)
            ? signature.WithKeyBlob(certificate.Blob)
            : signature;
    }

    private async Task<AgentSigner?> FindInAgentAsync(CancellationToken cancellationToken)
    {
        if (agent is null || PublicKeyOf(_privatePath + PublicSuffix) is not { } key)
            return null;
        try
        {
            IReadOnlyList<AgentKey> keys = await agent.ListAsync(cancellationToken).ConfigureAwait(false);
            return keys.FirstOrDefault(held => held.Blob.Span.SequenceEqual(key.Blob.Span)) is { } found ? new(agent, found) : null;
        }
        catch (KeySignerException)
        {
            // The file may do without it.
            return null;
        }
    }

    private static PublicKey? PublicKeyOf(string file)
        => ReadLine(file) is { } line && PublicKey.TryParseAny(line, out PublicKey? key) ? key : null;

    private SshCertificate? Certificate()
    {
        try
        {
            return ReadLine(_privatePath + CertificateSuffix) is { } line ? SshCertificate.Parse(line) : null;
        }
        catch (FormatException e)
        {
            throw new KeySignerException($"{_privatePath}{CertificateSuffix} is not valid: {e.Message}", e);
        }
    }

    private static string? ReadLine(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
