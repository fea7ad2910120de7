using System.Security;

namespace RemoteShell.Cli.Failures;

/// <summary>Words the exceptions of the file system in the way of this program: <c>PATH: what happened</c>.</summary>
internal static class FileFailure
{
    // An aside file has the target's name, a dot and a GUID.
    private const int AsideSuffix = 33;

    // Of IOException on Unix: the error number. On Windows: 0x8007 and the error.
    private const int WindowsSharing = unchecked((int)0x80070020);

    private static readonly int TryAgain = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Whether the file system throws exceptions of this type.</summary>
    public static bool Is(Exception e)
        => e is IOException or UnauthorizedAccessException or SecurityException;

    /// <summary>The message for people.</summary>
    public static string Describe(Exception e)
    {
        string path = PathOf(e);
        string what = WhatOf(e);
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

    private static string WhatOf(Exception e) => e switch
    {
        FileNotFoundException => "no such file or folder",
        DirectoryNotFoundException => "no such folder",
        DriveNotFoundException => "no such drive",
        PathTooLongException => "the name is too long",
        UnauthorizedAccessException or SecurityException => "permission denied",
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
        if (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException or UnauthorizedAccessException)
            && !e.Message.Contains(" : '", StringComparison.Ordinal) && e.HResult != TryAgain && e.HResult != WindowsSharing)
        {
            return "";
        }

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
