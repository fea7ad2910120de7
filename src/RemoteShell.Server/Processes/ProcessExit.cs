using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">The exit status, or 128+n after signal n.</param>
/// <param name="Signal">The number of the signal that ended the process; null if none did, or if the system does not tell.</param>
/// <param name="Usage">The CPU time that it used, if the system tells.</param>
internal sealed record ProcessExit(int Code, int? Signal = null, ResourceUse? Usage = null);
