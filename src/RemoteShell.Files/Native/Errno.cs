namespace RemoteShell.Files.Native;

/// <summary>Error numbers of Linux, from <c>errno.h</c>.</summary>
internal static class Errno
{
    public const int NotPermitted = 1, NoEntry = 2, Interrupted = 4, NoDeviceOrAddress = 6, TryAgain = 11, AccessDenied = 13, Busy = 16;
    public const int Exists = 17, OtherDevice = 18, NotFolder = 20, IsFolder = 21, InvalidArgument = 22, TextBusy = 26, FileTooBig = 27;
    public const int NoSpace = 28, ReadOnly = 30, Range = 34, NameTooLong = 36, NotImplemented = 38, NotEmpty = 39, LinkLoop = 40;
    public const int NoData = 61, NotSupported = 95, Quota = 122;
}
