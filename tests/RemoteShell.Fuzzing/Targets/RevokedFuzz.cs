using System.Text;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The parser of the list of revoked keys.</summary>
internal static class RevokedFuzz
{
    private const string Last = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    public static void Run(byte[] input)
    {
        string[] lines = [.. Encoding.UTF8.GetString(input).Split('\n'), Last];
        IReadOnlySet<string> revoked = RevokedKeys.Parse(lines, (_, _) => { });
        if (!revoked.Contains(Last) || !revoked.All(PublicKey.IsFingerprint))
            throw new InvalidOperationException("a line hides another one, or revokes what is not a fingerprint");
        foreach (string line in lines)
        {
            if (PublicKey.TryParseAny(line, out PublicKey? key) && !revoked.Contains(key!.Fingerprint))
                throw new InvalidOperationException("a key can be authorized and cannot be revoked");
        }
    }
}
