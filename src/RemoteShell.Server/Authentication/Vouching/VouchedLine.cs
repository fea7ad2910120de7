using System.Net;
using RemoteShell.Keys;

namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>What a line of the list permits to a key of ssh, with what its certificate says.</summary>
internal static class VouchedLine
{
    private const string ForceCommand = "force-command", SourceAddress = "source-address", VerifyRequired = "verify-required";

    // What a certificate does not permit is refused, as by the options of the same names.
    private static readonly (string Extension, string Denied)[] Permits =
    [
        ("permit-pty", "pty"), ("permit-port-forwarding", "port-forwarding"), ("permit-agent-forwarding", "agent-forwarding"),
    ];

    /// <summary>The line as it applies to the key.</summary>
    /// <param name="line">The line.</param>
    /// <param name="vouched">The key, and the certificate that was shown for it.</param>
    /// <param name="user">The user of the server.</param>
    /// <returns>Null if the line is about another key.</returns>
    public static AuthorizedKey? Of(AuthorizedKey line, VouchedKey vouched, string user)
    {
        if (!line.IsAuthority)
            return line.Key.Equals(vouched.Key) ? WithVerification(line, vouched.Presence) : null;
        return vouched.Certificate is { } certificate && line.Key.Equals(certificate.Authority)
            ? WithVerification(Certified(line, certificate, user), vouched.Presence)
            : null;
    }

    /// <summary>Whether a certificate of the authority of a line has one of its principals.</summary>
    public static bool IsFor(AuthorizedKey line, SshCertificate certificate, string user)
        => certificate.Principals.Any(name => line.Principals?.Contains(name) ?? name == user);

    private static AuthorizedKey WithVerification(AuthorizedKey line, SignerPresence presence)
        => line.RequiresVerification && !presence.IsVerified
            ? line with { ProofFault = line.ProofFault ?? "the authenticator has not verified its user, by a PIN or a fingerprint" }
            : line;

    private static AuthorizedKey Certified(AuthorizedKey line, SshCertificate certificate, string user)
    {
        AuthorizedKey key = line with
        {
            Key = certificate.Key,
            Comment = line.Comment.Length > 0 ? line.Comment : certificate.KeyId,
            Denied = [.. line.Denied, .. Permits.Where(one => !certificate.Extensions.Contains(one.Extension)).Select(one => one.Denied)],
            Expires = Earlier(line.Expires, certificate.ValidBefore),
            ProofFault = FindFault(line, certificate, user),
        };
        return key.ProofFault is null ? WithOptions(key, certificate) : key;
    }

    private static string? FindFault(AuthorizedKey line, SshCertificate certificate, string user)
    {
        if (certificate.Kind != CertificateKind.User)
            return "the certificate is for a host";
        if (!certificate.IsValidAt(DateTimeOffset.UtcNow))
            return "the certificate has expired, or is not valid yet";
        if (!IsFor(line, certificate, user))
            return $"the certificate is not for {(line.Principals is null ? $"the user {user}" : "any of the principals of the list")}";
        string? other = certificate.CriticalOptions.Keys
            .FirstOrDefault(name => name is not (ForceCommand or SourceAddress or VerifyRequired));
        if (other is not null)
            return $"the certificate has the option {other}, which is not supported";
        if (line.IsForFilesOnly && certificate.CriticalOptions.ContainsKey(ForceCommand))
            return "the certificate has a command, and the list permits files only";
        return line.Command is { } command && certificate.CriticalOptions.GetValueOrDefault(ForceCommand, command) != command
            ? "the certificate has another command than the list"
            : null;
    }

    private static AuthorizedKey WithOptions(AuthorizedKey key, SshCertificate certificate)
    {
        IReadOnlyDictionary<string, string> options = certificate.CriticalOptions;
        try
        {
            return key with
            {
                Command = options.GetValueOrDefault(ForceCommand, key.Command!),
                CertificateFrom = options.TryGetValue(SourceAddress, out string? addresses)
                    ? [.. addresses.Split(',').Select(KeyOptions.ParseNetwork)]
                    : (IReadOnlyList<IPNetwork>)[],
                RequiresVerification = key.RequiresVerification || options.ContainsKey(VerifyRequired),
            };
        }
        catch (FormatException)
        {
            return key with { ProofFault = "the addresses in the certificate are not valid" };
        }
    }

    private static DateTime? Earlier(DateTime? time, ulong second)
    {
        // The largest number stands for "forever".
        if (second > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return time;
        DateTime end = DateTimeOffset.FromUnixTimeSeconds((long)second).UtcDateTime;
        return time < end ? time : end;
    }
}
