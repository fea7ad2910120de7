using System.Runtime.InteropServices;

namespace RemoteShell.Server.Native;

/// <summary>The <c>struct pollfd</c> of poll(2), for errors and the end only.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollRequest(int descriptor)
{
    public int Descriptor = descriptor;
    public short Events;
    public short Answer;
}
