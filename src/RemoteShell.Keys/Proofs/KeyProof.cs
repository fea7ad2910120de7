using System.Globalization;
using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys;

/// <summary>What a key of ssh signs to say that it stands behind a client's key of TLS, for one server, at a time.</summary>
public static class KeyProof
{
    /// <summary>The namespace of the signature.</summary>
    public const string Namespace = "rsh-auth@1";

    /// <summary>How far the time of a proof and the server's clock may be apart.</summary>
    public static TimeSpan LongestAge { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The text that is signed. See docs/protocol.md, section 1.</summary>
    /// <param name="server">The server's key.</param>
    /// <param name="client">The client's key of TLS.</param>
    /// <param name="time">The client's time, in ms since 1970-01-01 UTC.</param>
    public static byte[] Message(PublicKey server, PublicKey client, long time)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"rsh-auth 1\nserver {server}\nclient {client}\ntime {time}\n");
        return Encoding.ASCII.GetBytes(text);
    }
}
