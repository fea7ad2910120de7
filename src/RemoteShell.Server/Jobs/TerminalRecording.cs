using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;
using Serilog;

namespace RemoteShell.Server.Jobs;

/// <summary>Takes down what a job's terminal shows. A recording that fails is told, and the job goes on.</summary>
internal sealed class TerminalRecording
{
    private readonly string _path;
    private readonly ILogger _log;
    private Asciicast? _cast;

    private TerminalRecording(string path, ILogger log) => (_path, _log) = (path, log);

    /// <summary>Begins a file in the folder, which only the server's user can read.</summary>
    public static TerminalRecording Begin(string folder, string job, Tty tty, string command, string title, ILogger log)
    {
        var recording = new TerminalRecording(Path.Combine(folder, $"{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}-{job}.cast"), log);
        recording.Try(() => recording._cast = new(recording.Create(), tty, command, title));
        return recording;
    }

    public void Show(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _cast?.Show(bytes);
        }
        catch (IOException e)
        {
            GiveUp(e);
        }
    }

    public void Resize(int columns, int rows) => Try(() => _cast?.Resize(columns, rows));

    public void End(int code) => Try(() =>
    {
        _cast?.Exit(code);
        _cast?.Dispose();
    });

    private FileStream Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(_path, options);
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(e);
        }
    }

    private void GiveUp(Exception e)
    {
        _cast = null;
        _log.Error("the recording {Path} is not complete: {Reason}", _path, e.Message);
    }
}
