using System.Net.Sockets;

namespace RemoteShell.Server.Connections;

/// <summary>Looks at the first byte of a connection, which stays to be read.</summary>
internal static class FirstByte
{
    /// <summary>Whether the first byte is this one. False if none comes in time.</summary>
    public static async Task<bool> IsAsync(byte expected, Socket socket, TimeSpan longest)
    {
        using var time = new CancellationTokenSource(longest);
        byte[] first = new byte[1];
        try
        {
            return await socket.ReceiveAsync(first, SocketFlags.Peek, time.Token) == 1 && first[0] == expected;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
