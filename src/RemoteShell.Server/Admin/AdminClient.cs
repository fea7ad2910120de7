using System.Net.Sockets;
using System.Text.Json;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Admin;

/// <summary>Sends requests to the server that runs with a state folder, over its admin socket.</summary>
public static class AdminClient
{
    /// <summary>Sends a request, and returns the answer.</summary>
    /// <param name="folder">The server's state folder.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    /// <exception cref="RemoteShellException">No server runs with the folder, or it refuses the request.</exception>
    public static async Task<AdminReply> AskAsync(string folder, AdminRequest request, CancellationToken cancellationToken = default)
    {
        await using NetworkStream stream = await ConnectAsync(folder, cancellationToken);
        try
        {
            await SendAsync(stream, request, cancellationToken);
            if (await ReadReplyAsync(stream, cancellationToken) is { } reply)
                return reply;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new RemoteShellException($"the server did not answer: {e.Message}", e);
        }

        throw new RemoteShellException("the server ended before it answered");
    }

    /// <summary>Sends a request, and returns the answer; null if no server runs with the folder.</summary>
    /// <param name="folder">The server's state folder.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    /// <exception cref="RemoteShellException">The server refuses the request, or belongs to another user.</exception>
    public static async Task<AdminReply?> TryAskAsync(string folder, AdminRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await AskAsync(folder, request, cancellationToken);
        }
        catch (NoServerException)
        {
            return null;
        }
    }

    /// <summary>Stops the server, and returns when it has ended.</summary>
    /// <param name="folder">The server's state folder.</param>
    /// <param name="grace">The grace period for running commands; null for that of the server's options.</param>
    /// <param name="cancellationToken">Cancels the wait; the server stops nevertheless.</param>
    /// <exception cref="RemoteShellException">No server runs with the folder.</exception>
    public static async Task StopAsync(string folder, TimeSpan? grace, CancellationToken cancellationToken = default)
    {
        await using NetworkStream stream = await ConnectAsync(folder, cancellationToken);
        try
        {
            await SendAsync(stream, new("stop") { GraceMs = (long?)grace?.TotalMilliseconds }, cancellationToken);
            await ReadReplyAsync(stream, cancellationToken);
            // The server closes the connection when it has ended.
            await stream.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (IOException)
        {
            // The connection broke: the server has ended.
        }
    }

    // Null if the server ended before it answered.
    private static async Task<AdminReply?> ReadReplyAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        string? line = await reader.ReadLineAsync(cancellationToken);
        AdminReply? reply = line is null ? null : JsonSerializer.Deserialize(line, AdminJson.Default.AdminReply);
        return reply is { Fault: { } fault } ? throw new RemoteShellException(fault) { Hint = reply.Cure } : reply;
    }

    private static Task SendAsync(NetworkStream stream, AdminRequest request, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(request, AdminJson.Default.AdminRequest), (byte)'\n'];
        return stream.WriteAsync(line, cancellationToken).AsTask();
    }

    private static async Task<NetworkStream> ConnectAsync(string folder, CancellationToken cancellationToken)
    {
        string path = AdminSocket.PathIn(folder);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new(socket, ownsSocket: true);
        }
        catch (ArgumentException e)
        {
            socket.Dispose();
            throw new RemoteShellException($"the path of the server's socket is too long: {path}", e)
            {
                Hint = "set RSH_HOME to a shorter path, for the server too",
            };
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            socket.Dispose();
            throw new RemoteShellException($"the server of {folder} belongs to another user", e)
            {
                Hint = "run the command as the user of the server",
            };
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new NoServerException($"no server runs with the folder {folder}", e)
            {
                Hint = "start one with 'rsh-server run', or set RSH_HOME as it was when the server was started",
            };
        }
    }
}
