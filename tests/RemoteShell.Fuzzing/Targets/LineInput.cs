using System.Text;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>Makes up lines of the product's own files, of which some words are hostile.</summary>
internal static class LineInput
{
    private const string Key = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9"
        + "nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=";

    private const string Certificate = "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAILpgG25azlNY+YQpWGEokx/7be+jOckJo+E4Mg"
        + "buRakFAAAAIJQNc15XunMXFWOXsq5YnAcTjKEOrVnzjobsBo26ntR5AAAAAAAAAAAAAAABAAAAAmlkAAAACQAAAAVh"
        + "bGljZQAAAAAAAAAA//////////8AAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndhcmRpbmcAAAAAAAAAF3Blcm1pdC"
        + "1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9ydC1mb3J3YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAA"
        + "AAAAAA5wZXJtaXQtdXNlci1yYwAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACBfr6UXP/hSJ5qyUuHG2q1ItP"
        + "61l+DqJPLN5U0QYFMYzgAAAFMAAAALc3NoLWVkMjU1MTkAAABAa2XrF+2hhJyt8r2v2Z+D+5QngLchW+AJwcoz5zbo"
        + "Yz50KXdAizGKQchfuaaxYBndI59oEyaerCPxWwHRdvzYCA==";

    private const string Signature = "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAglA1zXle6cxcVY5eyrlicBxOMoQ6tWfOOhuwGjbqe1HkAAAAKcnNoLWF1"
        + "dGhAMQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAECLSGvOmt5LT8uiWadH1Pj69xTV4k6wHtQcdKRocC8vg1fn"
        + "yy45cr8hIxBSY1f5uYqGmrbqoIpgVuPDyJVyqwkP";

    private static readonly string[] KeyParts =
    [
        "ssh-ed25519-cert-v01@openssh.com", Certificate, Signature, "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----",
        "ecdsa-sha2-nistp256", " ", "\t", Key, "AAAA", "====", "name", "\"", ",", "=", "#", "from=\"10.0.0.0/8,::1\"", "from=", "::/0",
        "1.2.3.4/33",
        "expiry-time=\"20301231\"", "expiry-time=\"999999999999\"", "idle-timeout=\"5m\"",
        "idle-timeout=\"99999999999999999999d\"", "no-chat",
        "restrict,pty,", "command=\"echo \\\"a\\\"\",", "environment=\"A=1\",", "allow=\"run:/bin/echo *,get:/a/**,calc\",", "deny=\"",
        "files:/[!a-", "open:[::1]:80", "listen:", "rate=\"10/min\",", "max-jobs=", "verify-required,", "\\", "'", "**", "/",
        "no-notify=", "ssh-ed25519", "\0", "\u001b[31m", "\ufeff", "\r", "\ud83d\ude00",
    ];

    private static readonly string[] RevokedParts =
    [
        $"ecdsa-sha2-nistp256 {Key} name", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "SHA256:", "MD5:", "\n", "\r\n",
        "SSHKRL\n\0",
    ];

    // Lines of the journal, and one of another kind.
    private static readonly MessageShape[] JournalLines =
    [
        MessageShape.Parse("began", Sender.None, """
            {"id":"@job","owner":"ecdsa-sha2-nistp256 AAAA","began":{"id":"@job","owner":"ecdsa-sha2-nistp256 AAAA","command":"true",
            "started":"2026-07-01T00:00:00+00:00","onDisconnect":"keep:60s","onFull":"hold","detached":false,"tty":true,"timeout":1000,
            "boot":"b","clock":5}}
            """),
        MessageShape.Parse("ended", Sender.None, """
            {"id":"@job","owner":"ecdsa-sha2-nistp256 AAAA","ended":{"outcome":{"outcome":"exited","code":0,"duration":1.5},
            "ended":"2026-07-01T00:00:00+00:00","bytes":{"stdout":1}}}
            """),
        MessageShape.Parse("used", Sender.None, """{"owner":"ecdsa-sha2-nistp256 AAAA","used":{"0123456789abcdef":1785000000000}}"""),
        MessageShapes.Find("hello"),
    ];

    public static byte[] OfKeys(Choices choices, int seed)
    {
        _ = seed;
        return Changed(choices, choices.Next(6), KeyParts);
    }

    public static byte[] OfRevoked(Choices choices, int seed)
    {
        _ = seed;
        return Changed(choices, choices.Next(12), choices.OneIn(2) ? RevokedParts : KeyParts);
    }

    public static byte[] OfJournal(Choices choices, int seed)
    {
        _ = seed;
        var journal = new List<byte>();
        for (int lines = choices.Next(4); lines > 0; lines--)
        {
            byte[] part = HostileFrames.WriteLine(choices.Of(JournalLines), new(), choices, choices.Next(3));
            journal.AddRange(part);
            journal.Add((byte)(choices.OneIn(6) ? choices.Next(256) : '\n'));
        }

        byte[] bytes = [.. journal];
        return choices.OneIn(4) && bytes.Length > 4 ? HostileFrames.Damage(bytes, choices) : bytes;
    }

    private static byte[] Changed(Choices choices, int changes, string[] parts)
    {
        var text = new StringBuilder(choices.OneIn(2) ? $"ecdsa-sha2-nistp256 {Key} name" : "");
        for (; changes > 0; changes--)
        {
            int at = choices.Next(text.Length + 1);
            if (choices.OneIn(3) && at < text.Length)
                text.Remove(at, Math.Min(1 + choices.Next(8), text.Length - at));
            else
                text.Insert(at, choices.Of(parts));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
