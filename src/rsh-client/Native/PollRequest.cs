namespace RemoteShell.Cli.Client.Native;

/// <summary><c>struct pollfd</c>.</summary>
internal struct PollRequest
{
    public int Descriptor;
    public short Events;
    public short Results;
}
