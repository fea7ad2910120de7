using System.Runtime.InteropServices;
using System.Text;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>An array of C strings in UTF-8, with a null pointer after the last. The caller disposes it.</summary>
/// <remarks>All of it is in one block of native memory.</remarks>
internal readonly unsafe ref struct NativeStrings
{
    public NativeStrings(IReadOnlyList<string> strings)
    {
        int table = (strings.Count + 1) * sizeof(nint);
        int size = table + strings.Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
        Pointer = (nint)NativeMemory.AllocZeroed((nuint)size);
        byte* next = (byte*)Pointer + table;
        for (int i = 0; i < strings.Count; i++)
        {
            ((byte**)Pointer)[i] = next;
            next += Encoding.UTF8.GetBytes(strings[i], new Span<byte>(next, size - (int)(next - (byte*)Pointer))) + 1;
        }
    }

    /// <summary>The array, as a <c>char *const []</c>.</summary>
    public nint Pointer { get; }

    public void Dispose() => NativeMemory.Free((void*)Pointer);
}
