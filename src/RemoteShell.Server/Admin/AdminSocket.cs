using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Admin;

/// <summary>The server's end of its console: a unix socket that only its own user can reach. A request is a line, and so is its answer.</summary>
internal sealed class AdminSocket : IDisposable
{
    private const int LongestLine = 4096;
    private const int Backlog = 16;

    private readonly string _path;
    private readonly Socket _listening;
    private readonly Func<AdminRequest, Task<AdminReply>> _answer;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _over = new();

    private AdminSocket(string path, Socket listening, Func<AdminRequest, Task<AdminReply>> answer, ILogger log)
    {
        (_path, _listening, _answer, _log) = (path, listening, answer, log);
        _ = AcceptAsync();
    }

    /// <summary>Where the socket of a server is.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "control", "socket");

    /// <summary>Listens; null where that cannot be, which is logged: the server does without. The caller holds the folder's lock, so that no other server listens there.</summary>
    public static AdminSocket? TryListen(string folder, Func<AdminRequest, Task<AdminReply>> answer, ILogger log)
    {
        string path = PathIn(folder);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            PrivateFolder.CreateOrRestrict(Path.GetDirectoryName(path)!);
            // What a server left behind that was killed.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            return new(path, socket, answer, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            // A path of more than some hundred bytes is none for a socket.
            log.LogWarning("status, stop and disconnect do not work: cannot listen on {Path}: {Reason}", path, e.Message);
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Ends all that is open: whoever waits for the server's end sees it by that.</summary>
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
            // The folder is gone, and the socket with it.
        }
    }

    // The folder is what keeps others out: it is private before there is a socket in it.
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
                await Task.Delay(100, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
            await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(answer, AdminJson.Default.AdminReply), (byte)'\n'], _over.Token);
            // Until the asker closes, or the server is gone.
            _ = await stream.ReadAsync(new byte[1], _over.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Whoever asked is gone.
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
            return JsonSerializer.Deserialize(line.Span, AdminJson.Default.AdminRequest) is { } request ? await _answer(request) : new() { Fault = "there is no request" };
        }
        catch (Exception e) when (e is not (JsonException or OperationCanceledException))
        {
            _log.LogError(e, "a request at the console failed");
            return new() { Fault = "the server failed at this request", Cure = "its log tells the reason" };
        }
        catch (JsonException)
        {
            return new() { Fault = "that is no request: a request is a line of JSON" };
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadLineAsync(NetworkStream stream)
    {
        var line = new byte[LongestLine];
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
