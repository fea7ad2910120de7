using System.Globalization;
using System.Runtime.InteropServices;

namespace RemoteShell.Files.Transfers;

/// <summary>The names of users and groups.</summary>
/// <remarks>The C library's answer is one place for all threads, so a lock is held while it is read.</remarks>
internal static partial class OwnerNames
{
    // struct passwd begins with the name, the password, and then both numbers; struct group with the name, the password and its number.
    private static readonly int NumbersOffset = 2 * nint.Size;
    private static readonly Lock Gate = new();

    /// <summary>The name of a user; the number as text if it has none.</summary>
    public static string UserOf(uint number) => Name(() => UserByNumber(number)) ?? Text(number);

    /// <summary>The name of a group; the number as text if it has none.</summary>
    public static string GroupOf(uint number) => Name(() => GroupByNumber(number)) ?? Text(number);

    /// <summary>The number of a user; null if the name is not known here.</summary>
    public static uint? FindUser(string name) => Number(() => UserByName(name)) ?? Parse(name);

    /// <summary>The number of a group; null if the name is not known here.</summary>
    public static uint? FindGroup(string name) => Number(() => GroupByName(name)) ?? Parse(name);

    private static string? Name(Func<nint> find)
    {
        lock (Gate)
        {
            nint found = find();
            return found == 0 ? null : Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(found));
        }
    }

    private static uint? Number(Func<nint> find)
    {
        lock (Gate)
        {
            nint found = find();
            return found == 0 ? null : (uint)Marshal.ReadInt32(found, NumbersOffset);
        }
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);

    private static uint? Parse(string name)
        => uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;

    [LibraryImport("libc", EntryPoint = "getpwuid")]
    private static partial nint UserByNumber(uint number);

    [LibraryImport("libc", EntryPoint = "getgrgid")]
    private static partial nint GroupByNumber(uint number);

    [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint UserByName(string name);

    [LibraryImport("libc", EntryPoint = "getgrnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GroupByName(string name);
}
