using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Partials;

/// <summary>Sets the attributes of an open file.</summary>
internal static class AttributeSetter
{
    private const uint Unchanged = uint.MaxValue;

    private const int SetIdBits = 0xc00;

    /// <summary>Sets the attributes in the order in which none undoes another: owner, extended, mode, time.</summary>
    /// <returns>What could not be set.</returns>
    /// <remarks>The kernel removes file capabilities, which are an extended attribute, when the owner is set.</remarks>
    public static UnsetMetadata Set(SafeFileHandle file, FileAttributesToSet attributes, string text)
    {
        bool isOwnerSet = TrySetOwner(file, attributes, text), areAttributesSet = true;
        if (attributes.Attributes is { Count: > 0 } extended)
            areAttributesSet = AttributeCalls.Write(file, extended, text);
        int mode = attributes.Mode ?? NewFileMode.Current;
        FileWrites.Check(FileCalls.SetMode(file, (uint)(isOwnerSet ? mode : mode & ~SetIdBits)), text);
        if (attributes.Modified is { } modified)
            FileWrites.Check(FileCalls.SetTimes(file, Times.Of(modified)), text);
        UnsetMetadata owner = isOwnerSet ? UnsetMetadata.None : UnsetMetadata.Owner;
        return owner | (areAttributesSet ? UnsetMetadata.None : UnsetMetadata.Attributes);
    }

    // Returns false if the file does not have the owner that was asked for: it must not run with the rights of another.
    private static bool TrySetOwner(SafeFileHandle file, FileAttributesToSet attributes, string text)
    {
        if (attributes.User is null && attributes.Group is null)
            return true;
        uint user = attributes.User ?? Unchanged, group = attributes.Group ?? Unchanged;
        if (FileCalls.SetOwner(file, user, group) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        if (error is not (Errno.NotPermitted or Errno.InvalidArgument))
            throw FileException.Of(error, text);
        // The group alone is allowed to a member of it.
        bool isGroupSet = group != Unchanged && FileCalls.SetOwner(file, Unchanged, group) == 0;
        return isGroupSet && user == Unchanged;
    }
}
