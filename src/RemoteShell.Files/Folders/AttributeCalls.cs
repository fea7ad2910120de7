using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Reads and writes the extended attributes of an open file or folder.</summary>
internal static class AttributeCalls
{
    // XATTR_LIST_MAX and XATTR_SIZE_MAX.
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads all attributes that the process may read, without security labels.</summary>
    public static AttributeList Read(SafeFileHandle entry, string text)
    {
        byte[] path = DescriptorPath.Of(entry);
        var buffer = new byte[MaxLength];
        nint length = FileCalls.ListAttributes(path, buffer, buffer.Length);
        int error = Marshal.GetLastPInvokeError();
        if (length < 0 && error != Errno.NotSupported)
            throw FileException.Of(error, text);
        var attributes = new List<FileAttribute>();
        bool isWhole = true;
        ReadOnlySpan<byte> names = length <= 0 ? default : buffer.AsSpan(0, (int)length).ToArray();
        while (names.Length > 0)
        {
            int end = names.IndexOf((byte)0);
            ReadOnlySpan<byte> name = names[..end];
            byte[]? value = IsLabel(name) ? null : TryRead(path, names[..(end + 1)], buffer, text);
            if (value is not null)
                attributes.Add(new(name.ToArray(), value));
            else if (IsUser(name))
                isWhole = false;
            names = names[(end + 1)..];
        }

        return new(attributes, isWhole);
    }

    /// <summary>Whether the attribute is one that users give, and that follows the rights of the file.</summary>
    public static bool IsUser(ReadOnlySpan<byte> name) => name.StartsWith("user."u8);

    /// <summary>Removes an attribute. One that is not there is none.</summary>
    public static void Remove(SafeFileHandle entry, ReadOnlySpan<byte> name, string text)
    {
        if (FileCalls.RemoveAttribute(DescriptorPath.Of(entry), [.. PathBytes.WithoutNul(name, text), 0]) == 0)
            return;
        int error = Marshal.GetLastPInvokeError();
        if (error != Errno.NoData)
            throw FileException.Of(error, text);
    }

    /// <summary>Writes attributes. Those outside <c>user.</c> that the process may not write are skipped.</summary>
    /// <returns>Whether none was skipped.</returns>
    public static bool Write(SafeFileHandle entry, IReadOnlyList<FileAttribute> attributes, string text)
    {
        byte[] path = DescriptorPath.Of(entry);
        bool isAll = true;
        foreach (FileAttribute attribute in attributes)
        {
            ReadOnlySpan<byte> name = PathBytes.WithoutNul(attribute.Name, text);
            if (FileCalls.WriteAttribute(path, [.. name, 0], attribute.Value, attribute.Value.Length, 0) == 0)
                continue;
            int error = Marshal.GetLastPInvokeError();
            bool isOptional = !IsUser(name) && error is Errno.NotPermitted or Errno.AccessDenied or Errno.NotSupported;
            if (!isOptional)
                throw FileException.Of(error, text);
            isAll = false;
        }

        return isAll;
    }

    private static byte[]? TryRead(byte[] path, ReadOnlySpan<byte> name, byte[] buffer, string text)
    {
        nint length = FileCalls.ReadAttribute(path, name, buffer, buffer.Length);
        if (length >= 0)
            return buffer[..(int)length];
        int error = Marshal.GetLastPInvokeError();
        // An attribute that was removed meanwhile, or that this process may not read.
        bool isAbsent = error is Errno.NoData or Errno.NotPermitted or Errno.AccessDenied or Errno.NotSupported;
        return isAbsent ? null : throw FileException.Of(error, text);
    }

    private static bool IsLabel(ReadOnlySpan<byte> name)
        => name.StartsWith("security."u8) && !name.SequenceEqual("security.capability"u8);
}
