using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>Public keys for tests that need no private keys.</summary>
internal static class TestKeys
{
    /// <summary>Makes the key with that number: the same key each time.</summary>
    public static PublicKey Make(int number)
    {
        byte[] blob =
        [
            0, 0, 0, 19, .. "ecdsa-sha2-nistp256"u8,
            0, 0, 0, 8, .. "nistp256"u8,
            0, 0, 0, 65, 4, .. new byte[60], .. BitConverter.GetBytes(number),
        ];
        Assert.True(PublicKey.TryParse($"{PublicKey.Algorithm} {Convert.ToBase64String(blob)}", out PublicKey? key));
        return key!;
    }
}
