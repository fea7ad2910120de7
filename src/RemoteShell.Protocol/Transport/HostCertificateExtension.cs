using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace RemoteShell.Protocol.Transport;

/// <summary>The extension of a server's X.509 certificate that holds a certificate of OpenSSH for the server's key.</summary>
internal static class HostCertificateExtension
{
    // 2.25 and a UUID, fb311e37-4d78-4153-b0b0-96136944328e (ITU-T X.667). See docs/protocol.md, section 1.
    private const string Oid = "2.25.333891262341894863839535164107249693326";

    public static X509Extension Create(ReadOnlySpan<byte> certificate)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(certificate);
        return new(Oid, writer.Encode(), critical: false);
    }

    /// <summary>Returns what an extension holds; null if the certificate has none, or one that is not DER.</summary>
    public static ReadOnlyMemory<byte>? Read(X509Certificate2 certificate)
    {
        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == Oid)
                return Decode(extension.RawData);
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? Decode(byte[] value)
    {
        try
        {
            var reader = new AsnReader(value, AsnEncodingRules.DER);
            byte[] certificate = reader.ReadOctetString();
            if (!reader.HasData)
                return certificate;
            return null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
