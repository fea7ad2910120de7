using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Records terminals to files that only the server's user can read.</summary>
/// <remarks>If recording fails, the failure is logged and the job goes on.</remarks>
/// <param name="folder">Returns the folder of the recordings; null: terminals are not recorded. Called for each terminal.</param>
/// <param name="ownFolder">The folder for <c>record</c> of a key while terminals are not recorded. It is created when needed.</param>
/// <param name="log">Receives what fails.</param>
internal sealed class TerminalRecording(Func<string?> folder, string ownFolder, ILogger log)
{
    /// <summary>Begins a recording; null if terminals are not recorded, or if its file cannot be created.</summary>
    public Asciicast? Begin(string job, TerminalRequest tty, string command, string title)
        => folder() is { } parent ? BeginIn(parent, job, tty, command, title) : null;

    /// <summary>Begins a recording, also if terminals are not recorded; null if its file cannot be created.</summary>
    public Asciicast? BeginAlways(string job, TerminalRequest tty, string command, string title)
        => BeginIn(folder() ?? ownFolder, job, tty, command, title);

    private Asciicast? BeginIn(string parent, string job, TerminalRequest tty, string command, string title)
    {
        string path = Path.Combine(parent, $"{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}-{job}.cast");
        try
        {
            if (parent == ownFolder)
                PrivateFolder.Create(parent);
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
