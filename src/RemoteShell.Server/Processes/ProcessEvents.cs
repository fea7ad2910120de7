namespace RemoteShell.Server.Processes;

/// <summary>What a launcher tells while a process lives.</summary>
/// <param name="Led">The process leads its group, which has the same id, and can be signalled. Told once, also for a process that is gone by then.</param>
/// <param name="Exited">The process is gone; its pipes may be held by others. Told once.</param>
internal sealed record ProcessEvents(Action<int> Led, Action Exited);
