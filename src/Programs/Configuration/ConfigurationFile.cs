using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Configuration;

/// <summary>Reads the lines of a configuration file, which has at most 1 MiB.</summary>
internal static class ConfigurationFile
{
    // In bytes.
    private const int MaxSize = 1024 * 1024;

    /// <summary>The lines; empty if the file does not exist.</summary>
    /// <exception cref="RemoteShellException">The path is not a regular file, or the file is too large or cannot be read.</exception>
    /// <exception cref="PrivateFileException">Other users may write to the file.</exception>
    public static string[] ReadLines(string path)
    {
        if (Directory.Exists(path))
            throw new RemoteShellException($"{path} is a folder, not a file");
        try
        {
            if (File.Exists(path) && (FileKind.IsSpecial(path) || new FileInfo(path).Length > MaxSize))
                throw new RemoteShellException($"{path} is not a regular file, or has more than {MaxSize} bytes");
            return PrivateFile.ReadLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot read {path}: {FileFailure.ReasonOf(e)}", e);
        }
    }
}
