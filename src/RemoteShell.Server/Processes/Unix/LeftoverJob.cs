namespace RemoteShell.Server.Processes.Unix;

/// <summary>A job that an earlier server ran, and whose processes may have outlived it.</summary>
/// <param name="Id">The job's id, which its processes have in <c>RSH_JOB</c>.</param>
/// <param name="Session">The session of its command; null if the earlier server could not record it.</param>
/// <param name="Group">Its control group; null if the server has none.</param>
internal sealed record LeftoverJob(string Id, SessionIdentity? Session, ControlGroup? Group);
