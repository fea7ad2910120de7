using System.Text;
using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The parsers of a line of <c>authorized_keys</c>, of a key in <c>known_hosts</c>, and of the formats of OpenSSH.</summary>
internal static class KeysFuzz
{
    public static void Run(byte[] input)
    {
        string line = Encoding.UTF8.GetString(input);
        try
        {
            if (AuthorizedKeys.ParseLine(line) is { } parsed)
                Decide(new KeyPermission(parsed, new()));
        }
        catch (FormatException)
        {
            // The only exception that is allowed.
        }

        if (PublicKey.TryParseAny(line, out PublicKey? key) && !PublicKey.TryParseAny(key!.ToString(), out _))
            throw new InvalidOperationException("a key was read and cannot be read again");
        Refuse(() => SshCertificate.Parse(line));
        Refuse(() => SshSignature.ParseArmored(line));
        foreach (byte[] bytes in BytesOf(line).Prepend(input))
        {
            Refuse(() => PublicKey.FromBlob(bytes));
            Refuse(() => SshCertificate.Parse(bytes));
            Refuse(() => SshSignature.Parse(bytes).Verify(Any, "message"u8, "rsh-auth@1"));
            KeySignature.Verify(Any, "message"u8, bytes);
        }
    }

    // A valid point, so that signatures are read to their end.
    private static PublicKey Any { get; } = PublicKey.Parse(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJQNc15XunMXFWOXsq5YnAcTjKEOrVnzjobsBo26ntR5");

    // Also of the words that have lost their end.
    private static IEnumerable<byte[]> BytesOf(string line)
    {
        foreach (string word in line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var bytes = new byte[word.Length];
            if (Convert.TryFromBase64String(word[..(word.Length / 4 * 4)], bytes, out int length) && length > 0)
                yield return bytes[..length];
        }
    }

    private static void Refuse(Action parse)
    {
        try
        {
            parse();
        }
        catch (FormatException)
        {
            // The only exception that is allowed.
        }
    }

    // Whatever the options are, they decide about each request.
    private static void Decide(KeyPermission permission)
    {
        permission.Decide(new(KeyVerb.Run, "") { Argv = ["/bin/echo", "\ud83d\ude00"], ChoosesSurroundings = true });
        permission.Decide(new(KeyVerb.Get, "") { Path = "/a/b", Scope = PathScope.Tree });
        permission.Decide(new(KeyVerb.Put, "") { Path = "/", Scope = PathScope.Children });
        permission.Decide(new(KeyVerb.Open, "") { Host = "::1", Port = 80 });
        permission.Decide(new(KeyVerb.Listen, "") { Socket = "/a" });
    }
}
