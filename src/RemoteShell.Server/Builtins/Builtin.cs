namespace RemoteShell.Server.Builtins;

/// <summary>One of the server's own commands. It is quick, touches nothing, and needs no process.</summary>
/// <param name="Name">What it is called by.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Manual">How it is used, in lines for people.</param>
/// <param name="Run">What it is given → what it writes and its exit status.</param>
internal sealed record Builtin(string Name, string Summary, string Manual, Func<BuiltinCall, BuiltinResult> Run)
{
    /// <summary>Whether a line of a prompt is for it only where its name stands alone, since with anything behind it the shell's command of that name is meant. Default: no.</summary>
    public bool StandsAlone { get; init; }
}

/// <summary>What a built-in is given.</summary>
/// <param name="Arguments">The words behind its name; from a prompt's line all that stands there, as one.</param>
/// <param name="Visitors">Tells who is connected.</param>
internal sealed record BuiltinCall(IReadOnlyList<string> Arguments, Func<IEnumerable<ConnectedUser>> Visitors);

/// <summary>What a built-in wrote, and its exit status.</summary>
internal sealed record BuiltinResult(int Code, string Output, string Error = "");

/// <summary>Somebody who is connected, as everybody may see it.</summary>
/// <param name="Id">The connection's number at this server.</param>
/// <param name="Name">The name that its key carries; empty where it carries none.</param>
/// <param name="Since">Since when.</param>
internal sealed record ConnectedUser(long Id, string Name, DateTimeOffset Since);
