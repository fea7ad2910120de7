namespace RemoteShell.Server.Processes;

/// <summary>A process that a launcher has started.</summary>
/// <param name="Group">
/// The process group's id, which is the process's id too. Completes once the process leads the group: a signal to the group before that
/// is lost. Also completes when the process exits first.
/// </param>
/// <param name="Exited">Completes when the process is gone; other processes may still hold its pipes.</param>
/// <param name="Completion">Completes when the process is gone and all pipes are done, with how the process ended.</param>
internal sealed record ProcessRun(Task<int> Group, Task Exited, Task<ProcessExit> Completion);
