using System.Diagnostics;
using System.IO.Hashing;
using System.Net.Sockets;

namespace ClassicServices.Server;

/// <summary>What a command wrote, standard error if there is any, else standard output: all of it is there before the first byte is sent, on disk where it is long.</summary>
internal sealed class CommandOutput : IDisposable
{
    private const int InMemory = 1024 * 1024;
    private const int Piece = 64 * 1024;

    // A process left behind may hold the pipe for ever.
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan AfterGoodbye = TimeSpan.FromSeconds(10);

    private readonly Crc32 _crc = new(Crc32ParameterSet.Crc32C);
    private Stream _bytes = new MemoryStream();

    public long Length => _bytes.Length;

    /// <summary>The CRC-32C of all of it.</summary>
    public uint Crc => _crc.GetCurrentHashAsUInt32();

    /// <summary>Runs the command line in a shell to its end; whoever has closed the connection before gets a little time, since it may have closed its own half only.</summary>
    public static async Task<CommandOutput> OfAsync(string commandLine, Conversation talk, CancellationToken cancellationToken)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task watching = WatchAsync(talk, given);
        try
        {
            return await RunAsync(commandLine, given.Token);
        }
        finally
        {
            await given.CancelAsync();
            await watching;
        }
    }

    private static async Task<CommandOutput> RunAsync(string commandLine, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "cmd.exe" : "/bin/sh", [OperatingSystem.IsWindows() ? "/c" : "-c", commandLine])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        CommandOutput output = new(), error = new();
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = Task.WhenAll(output.TakeAsync(process.StandardOutput.BaseStream, drain.Token), error.TakeAsync(process.StandardError.BaseStream, drain.Token));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            drain.CancelAfter(Drain);
            await reading;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What comes later is nobody's.
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

    private static async Task WatchAsync(Conversation talk, CancellationTokenSource given)
    {
        try
        {
            await talk.SaidAllAsync(given.Token);
            given.CancelAfter(AfterGoodbye);
        }
        catch (SocketException)
        {
            await given.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The command has ended first.
        }
    }

    /// <summary>Sends it in pieces.</summary>
    public async Task SendAsync(Conversation talk)
    {
        _bytes.Position = 0;
        var piece = new byte[Piece];
        while (await _bytes.ReadAsync(piece) is > 0 and int count)
            await talk.SendAsync(piece.AsMemory(0, count));
    }

    public void Dispose() => _bytes.Dispose();

    private async Task TakeAsync(Stream source, CancellationToken cancellationToken)
    {
        var piece = new byte[Piece];
        while (await source.ReadAsync(piece, cancellationToken) is > 0 and int count)
        {
            if (_bytes is MemoryStream && _bytes.Length + count > InMemory)
                await MoveToDiskAsync(cancellationToken);
            _crc.Append(piece.AsSpan(0, count));
            await _bytes.WriteAsync(piece.AsMemory(0, count), CancellationToken.None);
        }
    }

    private async Task MoveToDiskAsync(CancellationToken cancellationToken)
    {
        string path = Path.GetTempFileName();
        var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete, Piece);
        // Without a name from now on: it goes with its last user, however that ends.
        File.Delete(path);
        _bytes.Position = 0;
        await _bytes.CopyToAsync(file, cancellationToken);
        await _bytes.DisposeAsync();
        _bytes = file;
    }
}
