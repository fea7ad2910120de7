using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit status, or 128+n for signal n.</param>
/// <param name="Signal">The number of the signal that ended it; null where it exited by itself.</param>
/// <param name="Usage">What it used, where the system tells.</param>
internal sealed record ProcessExit(int Code, int? Signal = null, ResourceUse? Usage = null)
{
    /// <summary>Where nobody saw the process go its status is all there is. A signal looks like an exit with 128+n in it, and is not guessed from that.</summary>
    public static ProcessExit Unseen(int code) => new(code);
}
