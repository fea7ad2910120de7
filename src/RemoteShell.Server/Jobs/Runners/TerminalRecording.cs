using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Makes the recordings of terminals: files that only the server's user can read. One that fails is told, and its job goes on.</summary>
internal sealed class TerminalRecording(string folder, ILogger log)
{
    /// <summary>Begins one; null where there can be none.</summary>
    public Asciicast? Begin(string job, TerminalRequest tty, string command, string title)
    {
        string path = Path.Combine(folder, $"{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}-{job}.cast");
        try
        {
            return new(Create(path), tty, command, e => Failed(path, e), title);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failed(path, e);
            return null;
        }
    }

    private void Failed(string path, Exception e) => log.LogError("the recording {Path} is not complete: {Reason}", path, e.Message);

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
