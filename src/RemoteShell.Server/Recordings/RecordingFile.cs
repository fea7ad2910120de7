using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Recordings;

/// <summary>The file of a new recording.</summary>
/// <param name="folder">The folder, which is made if it does not exist.</param>
/// <param name="name">The name of the file.</param>
/// <param name="quota">Bounds the recordings of the folder.</param>
/// <param name="log">Receives what fails.</param>
internal sealed class RecordingFile(string folder, string name, RecordingQuota quota, ILogger log)
{
    private string FullPath => Path.Combine(folder, name);

    /// <summary>Creates the file; null if that fails, which is logged.</summary>
    public Asciicast? TryOpen(TerminalRequest tty, string command, string? title, AsciicastSource source, DateTimeOffset began)
    {
        try
        {
            PrivateFolder.Create(folder);
            var stream = new QuotaStream(Create(FullPath), name, quota);
            return new(stream, tty, command, Failed, title, source, began);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("cannot create the recording {Path}: {Reason}", FullPath, e.Message);
            return null;
        }
    }

    private void Failed(Exception e) => log.LogError("the recording {Path} is incomplete: {Reason}", FullPath, e.Message);

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
