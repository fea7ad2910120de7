using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Records terminals to files that only the server's user can read.</summary>
/// <remarks>If recording fails, the failure is logged and the job goes on.</remarks>
internal sealed class TerminalRecording(string folder, ILogger log)
{
    /// <summary>Begins a recording; null if its file cannot be created.</summary>
    public Asciicast? Begin(string job, TerminalRequest tty, string command, string title)
    {
        string path = Path.Combine(folder, $"{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}-{job}.cast");
        try
        {
            return new(Create(path), tty, command, e => Failed(path, e), title);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("cannot create the recording {Path}: {Reason}", path, e.Message);
            return null;
        }
    }

    private void Failed(string path, Exception e) => log.LogError("the recording {Path} is incomplete: {Reason}", path, e.Message);

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
