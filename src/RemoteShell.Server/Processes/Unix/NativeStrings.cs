using System.Runtime.InteropServices;
using System.Text;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>An array of C strings with a null behind the last, in one piece of native memory.</summary>
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

    /// <summary>What the C library is given.</summary>
    public nint Pointer { get; }

    public void Dispose() => NativeMemory.Free((void*)Pointer);
}
