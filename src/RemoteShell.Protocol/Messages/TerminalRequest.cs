namespace RemoteShell.Protocol.Messages;

/// <summary>A terminal for a command: in <c>exec</c> one that is made for it, in <c>attach</c> the size of the one that it has.</summary>
/// <param name="Term">The kind, as in the variable TERM.</param>
/// <param name="Columns">Its width in characters, 1 to 10000.</param>
/// <param name="Rows">Its height in lines, 1 to 10000.</param>
public sealed record TerminalRequest(string Term, int Columns, int Rows)
{
    /// <summary>The largest width and height.</summary>
    public const int Largest = 10_000;

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public string? Fault() => this switch
    {
        _ when !IsSize(Columns, Rows) => $"a terminal of {Columns} columns and {Rows} rows; each must be from 1 to {Largest}",
        { Term: null or "" } => "the terminal has no kind",
        { Term.Length: > 128 } => "the terminal's kind is too long",
        _ when Term.Any(c => c is <= ' ' or > '~') => "the terminal's kind holds characters that no name of a terminal has",
        _ => null,
    };

    /// <summary>Whether a terminal can have that size.</summary>
    public static bool IsSize(int columns, int rows) => columns is >= 1 and <= Largest && rows is >= 1 and <= Largest;
}

/// <summary>The terminal of a job has another size from now on.</summary>
public sealed record ResizeMessage() : Message("resize")
{
    /// <summary>Its width in characters.</summary>
    public int Columns { get; init; }

    /// <summary>Its height in lines.</summary>
    public int Rows { get; init; }
}
