using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Admin;

/// <summary>Listens for the server's administrator on a Unix socket that only the server's user can open.</summary>
/// <remarks>A connection carries one request and its answer, each a line of JSON.</remarks>
internal sealed class AdminSocket : IDisposable
{
    private const int MaxLineLength = 4096;
    private const int Backlog = 16;
    private const int AcceptPauseMilliseconds = 100;

    private readonly string _path;
    private readonly Socket _listening;
    private readonly Func<AdminRequest, Task<AdminReply>> _answer;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _over = new();

    private AdminSocket(string path, Socket listening, Func<AdminRequest, Task<AdminReply>> answer, ILogger log)
    {
        _path = path;
        _listening = listening;
        _answer = answer;
        _log = log;
    }

    /// <summary>The path of the socket in a state folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "control", "socket");

    /// <summary>Listens in a state folder. The caller holds the lock of the folder, so that no other server listens there.</summary>
    /// <returns>Null if the socket cannot be made, which is logged; the server runs without it.</returns>
    public static AdminSocket? TryListen(string folder, Func<AdminRequest, Task<AdminReply>> answer, ILogger log)
    {
        string path = PathIn(folder);
        Socket? socket = null;
        try
        {
            socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            // The private folder keeps other users out, also before the mode of the socket is set.
            PrivateFolder.CreateOrRestrict(Path.GetDirectoryName(path)!);
            // A server that was killed has left its socket.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            var listening = new AdminSocket(path, socket, answer, log);
            _ = listening.AcceptAsync();
            return listening;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            // ArgumentException: the path of a socket has at most about 100 bytes.
            log.LogWarning("status, stop and disconnect do not work: cannot listen on {Path}: {Reason}", path, e.Message);
            socket?.Dispose();
            return null;
        }
    }

    /// <summary>Closes the socket and its connections. <c>rsh-server stop</c> waits for that.</summary>
    public void Dispose()
    {
        _over.Cancel();
        _listening.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (IOException)
        {
            // The folder has been deleted, and the socket with it.
        }
    }

    private async Task AcceptAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listening.AcceptAsync(_over.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(AcceptPauseMilliseconds, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (await ReadLineAsync(stream) is not { } line)
                return;
            AdminReply answer = await AnswerAsync(line);
            byte[] reply = [.. JsonSerializer.SerializeToUtf8Bytes(answer, AdminJson.Default.AdminReply), (byte)'\n'];
            await stream.WriteAsync(reply, _over.Token);
            // Keeps the connection open until the administrator closes it or the server ends.
            _ = await stream.ReadAsync(new byte[1], _over.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The administrator's program has ended.
        }
        catch (Exception e)
        {
            _log.LogError(e, "a request at the console failed");
        }
    }

    private async Task<AdminReply> AnswerAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            AdminRequest? request = JsonSerializer.Deserialize(line.Span, AdminJson.Default.AdminRequest);
            return request is null ? new() { Fault = "the request is empty" } : await _answer(request);
        }
        catch (Exception e) when (e is not (JsonException or OperationCanceledException))
        {
            _log.LogError(e, "a request at the console failed");
            return new() { Fault = "the server failed at this request", Cure = "find the reason in its log" };
        }
        catch (JsonException)
        {
            return new() { Fault = "the request is not a line of JSON" };
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadLineAsync(NetworkStream stream)
    {
        var line = new byte[MaxLineLength];
        for (int length = 0; length < line.Length;)
        {
            int count = await stream.ReadAsync(line.AsMemory(length), _over.Token);
            if (count == 0)
                return null;
            length += count;
            if (line[length - 1] == '\n')
                return line.AsMemory(0, length - 1);
        }

        return null;
    }
}
