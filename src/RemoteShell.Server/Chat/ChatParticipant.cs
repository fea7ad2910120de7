using System.Security.Cryptography;
using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Chat;

/// <summary>The state of a participant that outlives its connections.</summary>
/// <param name="owner">The client's key.</param>
/// <param name="room">The room's name.</param>
/// <param name="member">A name that the client has chosen.</param>
internal sealed class ChatParticipant(PublicKey owner, string room, string member)
{
    private const int IdBytes = 8;

    public PublicKey Owner => owner;

    public string Room => room;

    public string Member => member;

    /// <summary>The id that the others see.</summary>
    /// <remarks>It is derived from the key: no other client can have it, and it is the same after a restart of the server.</remarks>
    public string Id { get; } = MakeId(owner, room, member);

    /// <summary>Makes lines of what the participant says.</summary>
    public LineAssembler Lines { get; } = new();

    /// <summary>The present connection; null if there is none. Guarded by a lock on this participant.</summary>
    public ChatConnection? Connection { get; set; }

    /// <summary>Whether the participant has sent its last line and left the room. Guarded by a lock on this participant.</summary>
    public bool HasLeft { get; set; }

    /// <summary>How many requests use this participant. Guarded by the lock of <see cref="Rooms"/>.</summary>
    public int Uses { get; set; }

    private static string MakeId(PublicKey owner, string room, string member)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{owner.Fingerprint}\n{room}\n{member}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, IdBytes));
    }
}
