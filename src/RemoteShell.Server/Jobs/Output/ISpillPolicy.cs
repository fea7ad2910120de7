namespace RemoteShell.Server.Jobs.Output;

/// <summary>Decides for a job what its spill file does at a quota.</summary>
internal interface ISpillPolicy
{
    /// <summary>Whether the file may drop its oldest bytes to make room.</summary>
    bool DropsOldest { get; }

    /// <summary>Whether the job is being ended: it must not pause, so what it still writes is counted and dropped.</summary>
    bool DiscardsWhenFull { get; }

    /// <summary>Called when there is no room for more bytes.</summary>
    void WhenFull();

    /// <summary>Called when there is room again, for the files of other jobs too.</summary>
    void WhenFreed();
}
