using System.Security.Cryptography;
using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Chat;

/// <summary>What outlives a connection of somebody who chats.</summary>
/// <param name="owner">The client's key.</param>
/// <param name="room">The room's name.</param>
/// <param name="member">A name of the client's making.</param>
internal sealed class ChatParticipant(PublicKey owner, string room, string member)
{
    private const int IdBytes = 8;

    public PublicKey Owner => owner;

    public string Room => room;

    public string Member => member;

    /// <summary>What the others know it by. It is made with the key, so that nobody else can have it, and it is the same after the server was started anew.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{owner.Fingerprint}\n{room}\n{member}")).AsSpan(0, IdBytes));

    /// <summary>What was said.</summary>
    public LineAssembler Speech { get; } = new();

    /// <summary>Who sits there; under the lock of this.</summary>
    public ChatConnection? Taken { get; set; }

    /// <summary>Whether all was said, and the others were told of the leaving; under the lock of this.</summary>
    public bool HasLeft { get; set; }

    /// <summary>How many requests use it; of <see cref="Rooms"/>.</summary>
    public int Uses { get; set; }
}
