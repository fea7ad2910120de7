using System.Text;
using Serilog.Sinks.File;

namespace RemoteShell.Cli.Server.Logging;

/// <summary>Gives log files the mode 0600 before their first line: they hold command lines.</summary>
internal sealed class OwnerOnlyFiles : FileLifecycleHooks
{
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return underlyingStream;
    }
}
