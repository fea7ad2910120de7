using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace RemoteShell.Server.Audit;

/// <summary>Sends lines of the audit journal to the syslog of this machine, one datagram each. For one caller at a time.</summary>
/// <remarks>It never waits. A line that syslog does not take at once is not sent; the log says so once for each outage.</remarks>
/// <param name="log">Receives why lines are not sent.</param>
internal sealed class AuditForwarder(ILogger log) : IDisposable
{
    // Facility 10 (security), severity 6 (information), by RFC 3164.
    private const int Priority = (10 * 8) + 6;

    private Socket? _socket;
    private bool _hasFailed;

    public void Send(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            _socket ??= Connect(path);
            string time = DateTime.Now.ToString("MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
            byte[] header = Encoding.ASCII.GetBytes($"<{Priority}>{time} rsh-server[{Environment.ProcessId}]: ");
            _socket.Send([.. header, .. json]);
            _hasFailed = false;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // ArgumentException: the path is too long for a socket.
            Dispose();
            if (!_hasFailed)
                log.LogWarning("lines of the audit journal are not sent to {Socket}: {Reason}", path, e.Message);
            _hasFailed = true;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
