namespace RemoteShell.Cli.Client.Help;

/// <summary>What the help pages of <c>put</c>, <c>get</c> and <c>cp</c> have in common.</summary>
internal static class TransferHelp
{
    /// <summary>The meaning of the target, and what is certain about each file.</summary>
    public static IReadOnlyList<string> Details { get; } =
    [
        "As with cp -r: if the target is a folder that exists, the sources go into it and keep their names. If it does not exist, the " +
        "only source goes onto it: it gets that name. With -T the source always goes onto the target. DIR/. is what is in DIR, and goes " +
        "onto the target. LINK/ is the folder that the link names. A new folder may be written with a slash at its end.",
        "Each file is verified, and has its name only when it is whole. Modes and modification times are kept, and so are links. A file " +
        "of the same size and time is not sent again. The same command again continues a transfer that was interrupted.",
    ];

    /// <summary>What a set of hosts means.</summary>
    public static string Sets { get; } =
        "HOST can be a set of hosts, such as 'web[1-20]' or @GROUP, as for 'run': each has one verdict, and with --json one line. Lines " +
        "for sha256sum are not printed.";
}
