using RemoteShell.Protocol.Transport;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace RemoteShell.Cli.Server.Logging;

/// <summary>The log in JSON: a file for each day, in a folder that only the server's user can read.</summary>
internal sealed class FileLog : ILogEventSink, IDisposable
{
    private const long MaxFileBytes = 64 * 1024 * 1024;
    private const int MaxFiles = 14;

    private readonly Lock _gate = new();
    private readonly string _folder;

    // Guarded by _gate.
    private Logger _files;

    private FileLog(string folder) => (_folder, _files) = (folder, OpenFiles(folder));

    /// <summary>Creates the folder <c>log</c> in the state folder, and opens today's file.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public static FileLog Open(string stateFolder)
    {
        string folder = Path.Combine(stateFolder, "log");
        PrivateFolder.CreateOrRestrict(folder);
        return new(folder);
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
            _files.Write(logEvent);
    }

    /// <summary>Closes the file and opens it again by its name: logrotate may have renamed it.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _files.Dispose();
            _files = OpenFiles(_folder);
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _files.Dispose();
    }

    private static Logger OpenFiles(string folder) => new LoggerConfiguration()
        .MinimumLevel.Verbose()
        .WriteTo.File(
            new JsonFormatter(renderMessage: true),
            Path.Combine(folder, "rsh-server-.json"),
            rollingInterval: RollingInterval.Day,
            fileSizeLimitBytes: MaxFileBytes,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: MaxFiles,
            hooks: new OwnerOnlyFiles())
        .CreateLogger();
}
