using System.Net.Sockets;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Forwarding;

/// <summary>The server cannot connect, or cannot listen.</summary>
/// <param name="fault">One of <see cref="ForwardFault"/>.</param>
/// <param name="message">What it cannot do and why, for people.</param>
/// <param name="cause">The cause; null if there is none.</param>
internal sealed class ForwardingException(string fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>One of <see cref="ForwardFault"/>.</summary>
    public string Fault => fault;

    /// <summary>The word for an error of the system.</summary>
    public static string FaultOf(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => ForwardFault.Refused,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            => ForwardFault.Unreachable,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => ForwardFault.NotFound,
        SocketError.TimedOut => ForwardFault.TimedOut,
        SocketError.AddressAlreadyInUse => ForwardFault.InUse,
        SocketError.AccessDenied => ForwardFault.NotAllowed,
        _ => ForwardFault.Failed,
    };
}
