using System.Runtime.InteropServices;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Finds the home folder of a user.</summary>
internal static class UserHome
{
    // struct passwd of 64-bit Linux: name, password, two 32-bit ids, comment, home, shell.
    private const int Words = 6, HomeWord = 4;

    private const int MaxBuffer = 1024 * 1024;

    /// <summary>Asks the user database of the system.</summary>
    /// <exception cref="FileException">The user does not exist.</exception>
    public static byte[] Of(ReadOnlySpan<byte> user, string text)
    {
        byte[] name = [.. user, 0];
        Span<nint> answer = stackalloc nint[Words];
        for (int size = 4096; size <= MaxBuffer; size *= 4)
        {
            var buffer = new byte[size];
            byte[]? home = TryFind(name, answer, buffer, out int error);
            if (home is not null)
                return home;
            if (error != Errno.Range)
                break;
        }

        throw new FileException(FileFault.NotFound, text, "no such user");
    }

    private static unsafe byte[]? TryFind(byte[] name, Span<nint> answer, byte[] buffer, out int error)
    {
        // The answer points into the buffer, so that must not move.
        fixed (byte* pinned = buffer)
        {
            error = FileCalls.FindUser(name, answer, new Span<byte>(pinned, buffer.Length), buffer.Length, out nint found);
            return error == 0 && found != 0
                ? MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)answer[HomeWord]).ToArray()
                : null;
        }
    }
}
