using System.Text;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Authentication;

/// <summary>Random lists of revoked keys: each line is read, or it is not valid. No line hides another one.</summary>
public class RevokedKeysFuzzTests
{
    private const string Revoked = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static readonly string Key = TestKeys.Make(1).ToString();

    private static readonly string[] Pieces =
    [
        "ecdsa-sha2-nistp256", "ssh-ed25519", "sk-ssh-ed25519@openssh.com", Key, Key[(Key.IndexOf(' ', StringComparison.Ordinal) + 1)..],
        "AAAA", "AAAAC3NzaC1lZDI1NTE5", "=", "==", "SHA256:", Revoked, "SHA256:\u00e9", "MD5:00:11", "#", " ", "\t", "\r", "\v", "\0",
        "cert-authority", "@revoked", "\"", ",", "comment", "\ufeff", "\u00e9", "\ud83d\ude00", "\ud83d", "SSHKRL\n\0", "-", "/w==",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_lines_are_read_or_not_valid_and_hide_no_other_line(int seed)
    {
        var random = new Random(seed);
        int runs = TestSize.IsFull ? 200_000 : 10_000;
        for (int i = 0; i < runs; i++)
        {
            var line = new StringBuilder();
            for (int piece = random.Next(8); piece >= 0; piece--)
                line.Append(Pieces[random.Next(Pieces.Length)]);
            Check(line.ToString());
        }
    }

    [Fact]
    public void Line_that_lost_or_gained_a_character_revokes_another_key_or_none()
    {
        for (int at = 0; at < Key.Length; at++)
        {
            Check(Key.Remove(at, 1));
            foreach (char added in " #=\tA\0")
                Check(Key.Insert(at, added.ToString()));
        }
    }

    private static void Check(string text)
    {
        List<int> invalid = [];
        string[] lines = [Revoked, .. text.Split('\n'), $"{TestKeys.Make(2)} comment"];
        IReadOnlySet<string> revoked;
        try
        {
            revoked = RevokedKeys.Parse(lines, (line, _) => invalid.Add(line));
        }
        catch (Exception e)
        {
            Assert.Fail($"{text}\n{e}");
            return;
        }

        Assert.Contains(Revoked, revoked);
        Assert.Contains(TestKeys.Make(2).Fingerprint, revoked);
        Assert.All(revoked, one => Assert.True(PublicKey.IsFingerprint(one), $"{text}\n{one}"));
        // A line revokes one key, or is named, or says nothing.
        Assert.Equal(invalid.Distinct(), invalid);
        Assert.True(revoked.Count + invalid.Count <= lines.Length, text);
        Assert.DoesNotContain(1, invalid);
        Assert.DoesNotContain(lines.Length, invalid);
        foreach (string line in text.Split('\n'))
        {
            if (PublicKey.TryParseAny(line, out PublicKey? key))
                Assert.Contains(key!.Fingerprint, revoked);
        }
    }
}
