using Microsoft.Extensions.Logging;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.HostKeys;

/// <summary>The host key of a running server. It is replaced by the next one when the time of that has come. Thread-safe.</summary>
internal sealed class ServerHostKeys : IDisposable
{
    // After the files could not be written.
    private static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(1);

    private readonly HostKeyFiles _files;
    private readonly CurrentOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();

    // Guarded by _gate. Handshakes and announcements may still use those that were replaced.
    private readonly List<Identity> _all = [];
    private Identity _plain;
    // Empty: none.
    private byte[] _certificate = [];
    private DateTimeOffset _notBefore;

    private volatile PresentHostKey _present;

    private ServerHostKeys(CurrentOptions options, Identity identity, TimeProvider clock, ILogger log)
    {
        (_options, _plain, _clock, _log) = (options, identity, clock, log);
        _files = new(options.Value.HostKeyFile);
        _all.Add(identity);
        _present = new(identity, Next: null, Announcement: null);
    }

    /// <summary>The key at this moment.</summary>
    public PresentHostKey Present
    {
        get
        {
            PresentHostKey present = _present;
            return present.Next is { } next && next.From <= _clock.GetUtcNow() ? UseNext() : present;
        }
    }

    /// <summary>Loads the host key, or makes it.</summary>
    /// <exception cref="PrivateFileException">Others can read the host key, or it is damaged.</exception>
    /// <exception cref="RemoteShellException">The host certificate cannot be used.</exception>
    public static ServerHostKeys Load(CurrentOptions options, TimeProvider clock, ILogger log)
    {
        var keys = new ServerHostKeys(options, Identity.LoadOrCreate(options.Value.HostKeyFile), clock, log);
        try
        {
            keys.ReadNext();
            // Before the certificate is chosen.
            _ = keys.Present;
            lock (keys._gate)
                keys.ReadCertificate();
            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>Reads the files of the next key and of the certificate again. What cannot be read is logged, and stays as it was.</summary>
    public void Reload()
    {
        ReadNext();
        _ = Present;
        lock (_gate)
            TryReadCertificate();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (Identity identity in _all)
                identity.Dispose();
            _all.Clear();
        }
    }

    private void ReadNext()
    {
        lock (_gate)
        {
            try
            {
                Plan(_files.ReadNext());
            }
            catch (Exception e) when (e is PrivateFileException or IOException or UnauthorizedAccessException)
            {
                _log.LogError("the next host key cannot be used: {Reason}", e.Message);
            }
        }
    }

    // The caller holds _gate.
    private void Plan(NextHostKey? next)
    {
        if (next is null)
        {
            _present = _present with { Next = null, Announcement = null };
            return;
        }

        PublicKey key = next.Identity.PublicKey;
        if (_present.Next is { } planned && planned.From == next.From && planned.Identity.PublicKey.Equals(key))
        {
            next.Identity.Dispose();
            return;
        }

        _all.Add(next.Identity);
        byte[] signature = NextKeyProof.Sign(_plain.PublicKey, next.Identity);
        _present = _present with { Next = next, Announcement = new() { Key = key.ToString(), Signature = signature } };
        _log.LogInformation("the next host key is {Fingerprint}, from {From:u}; clients learn it", key.Fingerprint, next.From);
    }

    private PresentHostKey UseNext()
    {
        lock (_gate)
        {
            if (!IsDue())
                return _present;
            // It may have been removed, or planned for later.
            ReadNext();
            if (!IsDue())
                return _present;
            try
            {
                _files.UseNext();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _notBefore = _clock.GetUtcNow() + RetryPause;
                _log.LogError("the host key stays, because the next one cannot be put into its place: {Reason}", e.Message);
                return _present;
            }

            Identity next = _present.Next!.Identity;
            _log.LogInformation(
                "the host key is {Fingerprint} from now on; the former one, {Former}, is in {File}",
                next.PublicKey.Fingerprint,
                _plain.PublicKey.Fingerprint,
                _files.Former);
            _plain = next;
            _certificate = [];
            _present = new(next, Next: null, Announcement: null);
            TryReadCertificate();
            return _present;
        }
    }

    // The caller holds _gate.
    private bool IsDue() => _present.Next is { } next && _clock.GetUtcNow() is var now && next.From <= now && _notBefore <= now;

    // The caller holds _gate.
    private void TryReadCertificate()
    {
        try
        {
            ReadCertificate();
        }
        catch (RemoteShellException e)
        {
            _log.LogError("the host certificate stays as it was: {Reason}", e.Message);
        }
    }

    // The caller holds _gate.
    private void ReadCertificate()
    {
        if (_options.Value.HostCertificateFile is not { } file)
        {
            Show(default);
            return;
        }

        SshCertificate? certificate = new HostCertificateFile(file).Find(_plain.PublicKey, _files.ReadFormer());
        if (certificate is null)
            _log.LogWarning("the certificate in {File} is of the former host key: clients get none until it is made again", file);
        else if (!certificate.IsValidAt(_clock.GetUtcNow()))
            _log.LogWarning("the certificate in {File} is not valid now: clients that rely on it refuse this server", file);
        Show(certificate?.Blob ?? default);
    }

    // The caller holds _gate.
    private void Show(ReadOnlyMemory<byte> certificate)
    {
        if (certificate.Span.SequenceEqual(_certificate))
            return;
        _certificate = certificate.ToArray();
        Identity shown = _plain;
        if (_certificate.Length > 0)
        {
            shown = _plain.WithHostCertificate(_certificate);
            _all.Add(shown);
        }

        _present = _present with { Identity = shown };
    }
}
