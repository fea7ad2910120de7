using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;

namespace RemoteShell.Client.Sharing;

/// <summary>A connection that another process of this user keeps, and that this client uses if it can.</summary>
/// <remarks>
/// If no process keeps one, the client makes its own connection and starts <see cref="Keeper"/>. If that process does not answer within a
/// second, or the kept connection is lost, the client makes its own connection.
/// </remarks>
public sealed record SharedConnection
{
    /// <summary>How long the process that keeps the connection may take to answer: it is stopped, or too busy.</summary>
    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The unix socket of the process that keeps the connection. It is used only if its folder has mode 0700.</summary>
    public required string Socket { get; init; }

    /// <summary>The program that keeps the connection, and its arguments. Empty: nothing is started.</summary>
    public required IReadOnlyList<string> Keeper { get; init; }

    /// <summary>Called if no connection is kept, since the server has let in a key of ssh instead of this client's own.</summary>
    /// <remarks>Default: null.</remarks>
    public Action? NotKept { get; init; }

    /// <summary>Opens a stream to the process that keeps the connection; null if there is none.</summary>
    /// <remarks>The stream carries frames without TLS.</remarks>
    internal async Task<Stream?> TryOpenAsync(CancellationToken cancellationToken)
    {
        // Usually there is no socket. This check is cheaper than the exception of a failed connect(2).
        if (!File.Exists(Socket) || !IsPrivate(Path.GetDirectoryName(Path.GetFullPath(Socket))!))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            // Its owner has ended, or is stopped, and its queue of connections is full.
            socket.Dispose();
            return null;
        }
    }

    // Others could put a socket of theirs there, and would get the commands and their input.
    private static bool IsPrivate(string folder)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & others) == 0;
    }

    /// <summary>Starts <see cref="Keeper"/>, unless another process is about to keep the connection.</summary>
    internal void StartKeeper()
    {
        if (Keeper.Count == 0)
            return;
        using (KeeperLock? free = KeeperLock.TryTake(Socket))
        {
            if (free is null)
                return;
        }

        var start = new ProcessStartInfo(Keeper[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Threads that look for work for a while take the processor from the commands.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        foreach (string word in Keeper.Skip(1))
            start.ArgumentList.Add(word);
        try
        {
            using Process? started = Process.Start(start);
        }
        catch (Win32Exception)
        {
            // The next command tries again; this one has its own connection.
        }
    }
}
