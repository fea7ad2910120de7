namespace RemoteShell.Server;

/// <summary>Holds the options that apply now: the components of a running server read them here, each time that they need one.</summary>
/// <param name="initial">The options at the start.</param>
internal sealed class CurrentOptions(ServerOptions initial)
{
    private volatile ServerOptions _value = initial;

    /// <summary>The options. A reader that needs several of them takes this object once.</summary>
    public ServerOptions Value => _value;

    /// <summary>The longest kill grace that has applied: a job keeps the one of its start.</summary>
    public TimeSpan LongestKillGrace { get; private set; } = initial.KillGrace;

    /// <summary>Replaces the options, except those that are used at the start only: these keep their values.</summary>
    /// <remarks>One call at a time.</remarks>
    /// <returns>The names of the properties of <see cref="ServerOptions"/> that differ and keep their values.</returns>
    public IReadOnlyList<string> Replace(ServerOptions options)
    {
        ServerOptions old = _value;
        List<string> kept = [];
        if (!options.Listen.ToHashSet().SetEquals(old.Listen))
            kept.Add(nameof(options.Listen));
        if (!options.ListenSockets.ToHashSet(StringComparer.Ordinal).SetEquals(old.ListenSockets))
            kept.Add(nameof(options.ListenSockets));
        if (options.Folder != old.Folder)
            kept.Add(nameof(options.Folder));
        if (options.StateFolder != old.StateFolder)
            kept.Add(nameof(options.StateFolder));
        if (options.Launcher != old.Launcher)
            kept.Add(nameof(options.Launcher));
        if (options.Shell != old.Shell)
            kept.Add(nameof(options.Shell));
        if (options.AnswersProbes != old.AnswersProbes)
            kept.Add(nameof(options.AnswersProbes));
        // A journal that is opened in the middle would not tell what came before.
        if ((options.Audit == AuditMode.Off) != (old.Audit == AuditMode.Off))
            kept.Add(nameof(options.Audit));
        _value = options with
        {
            Listen = old.Listen,
            ListenSockets = old.ListenSockets,
            Folder = old.Folder,
            StateFolder = old.StateFolder,
            Launcher = old.Launcher,
            Shell = old.Shell,
            AnswersProbes = old.AnswersProbes,
            Audit = kept.Contains(nameof(options.Audit)) ? old.Audit : options.Audit,
        };
        if (options.KillGrace > LongestKillGrace)
            LongestKillGrace = options.KillGrace;
        return kept;
    }
}
