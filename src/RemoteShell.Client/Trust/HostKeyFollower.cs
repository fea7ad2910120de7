using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>Adds the key that a server will have next to known_hosts, where a line names its present key.</summary>
/// <param name="file">The file.</param>
/// <param name="host">The server, under the name that the line has.</param>
/// <param name="present">Its key.</param>
/// <param name="form">How the line names it.</param>
/// <param name="notStored">Called if the file cannot be written; null: that is not told.</param>
internal sealed class HostKeyFollower(
    KnownHostsFile file, HostAddress host, PublicKey present, LineForm form, Action<Exception>? notStored)
{
    /// <summary>Stores the key that the server announces, unless it is there.</summary>
    /// <remarks>A key that the server does not prove to have is ignored.</remarks>
    public void Follow(HelloMessage hello)
    {
        if (hello.NextKey is not { } announced || !PublicKey.TryParse(announced.Key, out PublicKey? next))
            return;
        try
        {
            KnownHostLines lines = file.Look(host);
            bool isStored = lines.Keys.Concat(lines.Revoked).Any(line => line.Key.Equals(next));
            if (!isStored && NextKeyProof.Verify(present, next!, announced.Signature.Span))
                file.Add(host, next!, form);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            // The present key is trusted, so the connection goes on.
            notStored?.Invoke(e);
        }
    }
}
