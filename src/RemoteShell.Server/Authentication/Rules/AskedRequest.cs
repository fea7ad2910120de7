namespace RemoteShell.Server.Authentication.Rules;

/// <summary>What a client asks for, as the options of its key see it.</summary>
/// <param name="Verb">One of <see cref="KeyVerb"/>, or the name of a built-in.</param>
/// <param name="Text">The request for people.</param>
internal sealed record AskedRequest(string Verb, string Text)
{
    /// <summary>The verb that includes this request; null: none.</summary>
    /// <remarks>A built-in and a completion in a conversation are within <see cref="KeyVerb.Connect"/>.</remarks>
    public string? Within { get; init; }

    /// <summary>For <see cref="KeyVerb.Run"/>: the program and its arguments.</summary>
    public IReadOnlyList<string> Argv { get; init; } = [];

    /// <summary>Whether the request wants a terminal.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>Whether the client chooses the folder, or variables other than those of its language.</summary>
    public bool ChoosesSurroundings { get; init; }

    /// <summary>For files: the real path, as the key sees it; null: not known yet.</summary>
    public string? Path { get; init; }

    /// <summary>For files: how much of what is at <see cref="Path"/> is meant.</summary>
    public PathScope Scope { get; init; }

    /// <summary>For TCP: the host, as the client writes it.</summary>
    public string Host { get; init; } = "";

    /// <summary>For TCP: the port; 0: one that the system chooses.</summary>
    public int Port { get; init; }

    /// <summary>For forwarding: the path of a unix socket; null: it is about TCP.</summary>
    public string? Socket { get; init; }

    /// <summary>Whether the request runs a program or a command line, and is not part of a conversation.</summary>
    public bool IsCommand => Verb is KeyVerb.Run or KeyVerb.Shell;

    /// <summary>Whether the request is about files.</summary>
    public bool IsFiles => Verb is KeyVerb.Get or KeyVerb.Put;

    /// <summary>Whether the request forwards connections; an agent is something else.</summary>
    public bool IsForwarding => Verb is KeyVerb.Open or KeyVerb.Listen or KeyVerb.Accepted;

    /// <summary>Whether the request is about jobs that the key has started.</summary>
    public bool IsOwnJobs => Verb is KeyVerb.Jobs or KeyVerb.Attach;
}
