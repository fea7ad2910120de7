namespace RemoteShell.Cli.Client.Fleet;

/// <summary>A word of a command line in which a host takes the place of the set.</summary>
/// <param name="Index">Which word.</param>
/// <param name="Rest">What follows the host: nothing, or a colon and a path.</param>
internal sealed record RunLinePlace(int Index, string Rest);
