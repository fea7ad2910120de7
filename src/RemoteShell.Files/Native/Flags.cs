using System.Runtime.InteropServices;

namespace RemoteShell.Files.Native;

/// <summary>Flags of Linux, from <c>fcntl.h</c>, <c>unistd.h</c> and <c>linux/openat2.h</c>.</summary>
internal static class Flags
{
    // open(2), the same on all processors.
    public const int ReadOnly = 0, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, NoControllingTerminal = 0x100, Truncate = 0x200;
    public const int NonBlocking = 0x800, CloseOnExec = 0x80000, PathOnly = 0x200000;

    // statx(2), fchownat(2), unlinkat(2): AT_SYMLINK_NOFOLLOW, AT_REMOVEDIR, AT_EMPTY_PATH.
    public const int DoNotFollow = 0x100, RemoveFolder = 0x200, EmptyPath = 0x1000;

    // openat2(2): RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH.
    public const ulong NoMagicLinks = 2, NoLinks = 4, Beneath = 8;

    // flock(2): LOCK_EX, LOCK_NB, LOCK_UN.
    public const int LockExclusive = 2, LockNonBlocking = 4, Unlock = 8;

    // lseek(2): SEEK_DATA, SEEK_HOLE.
    public const int SeekData = 3, SeekHole = 4;

    // fcntl(2): F_DUPFD_CLOEXEC.
    public const int DuplicateCloseOnExec = 1030;

    // utimensat(2): UTIME_OMIT.
    public const long OmitTime = 0x3ffffffe;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>O_DIRECTORY: open(2) fails if the path is not a folder.</summary>
    public static readonly int Folder = IsArm ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW: open(2) fails if the last component is a link.</summary>
    public static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;
}
