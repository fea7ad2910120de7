using System.Net.Sockets;
using System.Text.Json;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Admin;

/// <summary>Asks the server that runs with a folder.</summary>
public static class AdminClient
{
    /// <summary>Asks, and returns the answer.</summary>
    /// <exception cref="RemoteShellException">No server runs there, or it says no.</exception>
    public static async Task<AdminReply> AskAsync(string folder, AdminRequest request, CancellationToken cancellationToken = default)
    {
        await using NetworkStream stream = await ConnectAsync(folder, cancellationToken);
        return await AskAsync(stream, request, cancellationToken);
    }

    /// <summary>Asks the server to stop, and returns when it has ended.</summary>
    /// <param name="folder">The server's.</param>
    /// <param name="grace">Time for running commands to end by themselves; null: what the server was started with.</param>
    /// <param name="cancellationToken">Ends the waiting; the server stops all the same.</param>
    /// <exception cref="RemoteShellException">No server runs there.</exception>
    public static async Task StopAsync(string folder, TimeSpan? grace, CancellationToken cancellationToken = default)
    {
        await using NetworkStream stream = await ConnectAsync(folder, cancellationToken);
        try
        {
            await SendAsync(stream, new("stop") { GraceMs = (long?)grace?.TotalMilliseconds }, cancellationToken);
            using var reader = new StreamReader(stream, leaveOpen: true);
            // The connection's end is the server's, whether it answers before or not.
            if (await reader.ReadLineAsync(cancellationToken) is { } line && JsonSerializer.Deserialize(line, AdminJson.Default.AdminReply) is { Fault: { } fault } answer)
                throw new RemoteShellException(fault) { Hint = answer.Cure };
            await reader.ReadToEndAsync(cancellationToken);
        }
        catch (IOException)
        {
            // So is this.
        }
    }

    private static async Task<NetworkStream> ConnectAsync(string folder, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(AdminSocket.PathIn(folder)), cancellationToken);
            return new(socket, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            if (e is ArgumentException)
                throw new RemoteShellException($"the path of the server's socket is too long: {AdminSocket.PathIn(folder)}", e) { Hint = "set RSH_HOME to a shorter path, for the server too" };
            throw e is SocketException { SocketErrorCode: SocketError.AccessDenied }
                ? new RemoteShellException($"the server of {folder} is another user's", e) { Hint = "ask as the user that it runs as" }
                : new RemoteShellException($"no server runs with the folder {folder}", e) { Hint = "start one with 'rsh-server run', or set RSH_HOME as it was when the server was started" };
        }
    }

    private static Task SendAsync(NetworkStream stream, AdminRequest request, CancellationToken cancellationToken)
        => stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, AdminJson.Default.AdminRequest), (byte)'\n'], cancellationToken).AsTask();

    private static async Task<AdminReply> AskAsync(NetworkStream stream, AdminRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(stream, request, cancellationToken);
            using var reader = new StreamReader(stream, leaveOpen: true);
            string? line = await reader.ReadLineAsync(cancellationToken);
            AdminReply? answer = line is null ? null : JsonSerializer.Deserialize(line, AdminJson.Default.AdminReply);
            if (answer is null)
                throw new RemoteShellException("the server ended before it answered");
            return answer.Fault is { } fault ? throw new RemoteShellException(fault) { Hint = answer.Cure } : answer;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new RemoteShellException($"the server did not answer: {e.Message}", e);
        }
    }
}
