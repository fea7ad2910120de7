using System.Diagnostics;
using System.IO.Hashing;
using System.Net.Sockets;
using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Commands;

/// <summary>What a command wrote: standard error if there is any, else standard output.</summary>
/// <remarks>It is complete before the first byte is sent. Above 1 MiB it is in a temporary file. The caller disposes it.</remarks>
internal sealed class CommandOutput : IDisposable
{
    private const int MaxMemoryBytes = 1024 * 1024;
    private const int ChunkSize = 64 * 1024;

    // How long to read after the command has ended: a leftover process may keep the pipe open forever.
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(250);

    // How long the command may run after its client has closed the connection.
    private static readonly TimeSpan HalfCloseTime = TimeSpan.FromSeconds(10);

    private readonly Crc32 _crc = new(Crc32ParameterSet.Crc32C);
    private Stream _bytes = new MemoryStream();

    public long Length => _bytes.Length;

    /// <summary>The CRC-32C of all bytes.</summary>
    public uint Crc => _crc.GetCurrentHashAsUInt32();

    /// <summary>Runs the command line in a shell until it ends.</summary>
    /// <remarks>A client that has closed the connection may have closed only its own half, so the command gets 10 s more.</remarks>
    public static async Task<CommandOutput> RunAsync(string commandLine, Conversation client, CancellationToken cancellationToken)
    {
        using var allowed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task watching = WatchAsync(client, allowed);
        try
        {
            return await RunAsync(commandLine, allowed.Token);
        }
        finally
        {
            await allowed.CancelAsync();
            await watching;
        }
    }

    /// <summary>Sends all bytes, in chunks.</summary>
    public async Task SendAsync(Conversation client)
    {
        _bytes.Position = 0;
        var chunk = new byte[ChunkSize];
        while (await _bytes.ReadAsync(chunk) is > 0 and int count)
            await client.SendAsync(chunk.AsMemory(0, count));
    }

    public void Dispose() => _bytes.Dispose();

    private static async Task<CommandOutput> RunAsync(string commandLine, CancellationToken cancellationToken)
    {
        string[] shell = OperatingSystem.IsWindows() ? ["cmd.exe", "/c"] : ["/bin/sh", "-c"];
        var start = new ProcessStartInfo(shell[0], [shell[1], commandLine])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        CommandOutput output = new(), error = new();
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = Task.WhenAll(
            output.CollectAsync(process.StandardOutput.BaseStream, drain.Token),
            error.CollectAsync(process.StandardError.BaseStream, drain.Token));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            drain.CancelAfter(DrainTime);
            await reading;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A leftover process still has a pipe open; what it writes later is dropped.
        }
        catch
        {
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            output.Dispose();
            error.Dispose();
            throw;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        (CommandOutput shown, CommandOutput dropped) = error.Length > 0 ? (error, output) : (output, error);
        dropped.Dispose();
        return shown;
    }

    private static async Task WatchAsync(Conversation client, CancellationTokenSource allowed)
    {
        try
        {
            await client.WaitForEndAsync(allowed.Token);
            allowed.CancelAfter(HalfCloseTime);
        }
        catch (SocketException)
        {
            await allowed.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The command ended first.
        }
    }

    private async Task CollectAsync(Stream source, CancellationToken cancellationToken)
    {
        var chunk = new byte[ChunkSize];
        while (await source.ReadAsync(chunk, cancellationToken) is > 0 and int count)
        {
            if (_bytes is MemoryStream && _bytes.Length + count > MaxMemoryBytes)
                await MoveToDiskAsync(cancellationToken);
            _crc.Append(chunk.AsSpan(0, count));
            await _bytes.WriteAsync(chunk.AsMemory(0, count), CancellationToken.None);
        }
    }

    private async Task MoveToDiskAsync(CancellationToken cancellationToken)
    {
        string path = Path.GetTempFileName();
        var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete, ChunkSize);
        // Without a name, the file disappears with its last user, however that ends.
        File.Delete(path);
        _bytes.Position = 0;
        await _bytes.CopyToAsync(file, cancellationToken);
        await _bytes.DisposeAsync();
        _bytes = file;
    }
}
