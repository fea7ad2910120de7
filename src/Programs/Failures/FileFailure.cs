using System.Security;

namespace RemoteShell.Cli.Failures;

/// <summary>Turns exceptions of the file system into messages: <c>PATH: what happened</c>.</summary>
internal static class FileFailure
{
    // An aside file has the target's name, a dot and a GUID.
    private const int AsideSuffix = 33;

    // Of IOException on Unix: the error number. On Windows: 0x8007 and the error.
    private const int WindowsSharing = unchecked((int)0x80070020);

    // EEXIST
    private const int FileExists = 17;

    private static readonly int TryAgain = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Whether the file system throws exceptions of this type.</summary>
    public static bool Is(Exception e)
        => e is IOException or UnauthorizedAccessException or SecurityException;

    /// <summary>What made a type's initializer fail, as the lack of descriptors does; else the exception itself.</summary>
    public static Exception CauseOf(Exception e)
        => e is TypeInitializationException { InnerException: { } cause } ? CauseOf(cause) : e;

    /// <summary>The message for people.</summary>
    public static string Describe(Exception e)
    {
        string path = PathOf(e);
        string what = ReasonOf(e);
        if (path.Length > 0)
            return $"{path}: {what}";
        // getcwd(2) fails, and the framework does not know a file's name.
        return e is FileNotFoundException or DirectoryNotFoundException ? "the current folder does not exist any more" : what;
    }

    /// <summary>What the user can do; null if nothing is known to help.</summary>
    public static string? HintOf(Exception e) => e switch
    {
        UnauthorizedAccessException or SecurityException when PathOf(e).Length > 0
            => "check the owner and the mode of the file and of its folder",
        FileNotFoundException or DirectoryNotFoundException when PathOf(e).Length == 0 => "change to a folder that exists: cd",
        _ => null,
    };

    /// <summary>The reason alone, for a message that has the path already.</summary>
    public static string ReasonOf(Exception e) => e switch
    {
        FileNotFoundException => "no such file or folder",
        DirectoryNotFoundException => "no such folder",
        DriveNotFoundException => "no such drive",
        PathTooLongException => "the name is too long",
        // The system's own words: also of a folder in the place of a file.
        UnauthorizedAccessException { InnerException: IOException cause } => WithoutPath(cause.Message),
        UnauthorizedAccessException or SecurityException => "permission denied",
        IOException { HResult: FileExists } => "it exists already",
        IOException when e.HResult == WindowsSharing || e.HResult == TryAgain => "another program is using it",
        _ => WithoutPath(e.Message),
    };

    // "No space left on device : '/path'"
    private static string WithoutPath(string message)
    {
        int end = message.IndexOf(" : '", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    // The framework quotes the path in its message, and has no property for it in most of the types.
    private static string PathOf(Exception e)
    {
        bool hasPath = e is FileNotFoundException or DirectoryNotFoundException or PathTooLongException or UnauthorizedAccessException
            || e.HResult == FileExists || e.HResult == TryAgain || e.HResult == WindowsSharing
            || e.Message.Contains(" : '", StringComparison.Ordinal);
        if (!hasPath)
            return "";
        int start = e.Message.IndexOf('\'', StringComparison.Ordinal), end = e.Message.LastIndexOf('\'');
        return end > start ? WithoutAside(e.Message[(start + 1)..end]) : "";
    }

    private static string WithoutAside(string path)
    {
        bool isAside = path.Length > AsideSuffix && path[^AsideSuffix] == '.'
            && path.AsSpan(path.Length - AsideSuffix + 1).IndexOfAnyExcept("0123456789abcdef") < 0;
        return isAside ? path[..^AsideSuffix] : path;
    }
}
