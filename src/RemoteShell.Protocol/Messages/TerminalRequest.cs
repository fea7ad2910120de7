using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>A terminal: in <c>exec</c> the one to create, in <c>attach</c> the new size of the job's terminal.</summary>
/// <param name="Term">The terminal's type, as in the variable TERM.</param>
/// <param name="Columns">Width in characters, 1 to 10000.</param>
/// <param name="Rows">Height in lines, 1 to 10000.</param>
public sealed record TerminalRequest(string Term, int Columns, int Rows)
{
    /// <summary>The largest width and height.</summary>
    public const int MaxSize = 10_000;

    /// <summary>Returns what is wrong with the values, or null if they are valid.</summary>
    public string? Validate() => this switch
    {
        _ when !IsValidSize(Columns, Rows) => $"a terminal of {Columns} columns and {Rows} rows is not valid; use 1 to {MaxSize} for each",
        { Term: null or "" } => "the terminal's type is missing",
        { Term.Length: > 128 } => "the terminal's type has more than 128 characters",
        _ when Term.Any(c => c is <= ' ' or > '~') => "the terminal's type has a character that is not printable ASCII",
        _ => null,
    };

    /// <summary>Whether a terminal can have this size.</summary>
    public static bool IsValidSize(int columns, int rows) => columns is >= 1 and <= MaxSize && rows is >= 1 and <= MaxSize;
}

/// <summary>Changes the size of the job's terminal.</summary>
public sealed record ResizeMessage() : Message("resize")
{
    /// <summary>Width in characters.</summary>
    [JsonRequired]
    [JsonConverter(typeof(SaturatingInt32Converter))]
    public int Columns { get; init; }

    /// <summary>Height in lines.</summary>
    [JsonRequired]
    [JsonConverter(typeof(SaturatingInt32Converter))]
    public int Rows { get; init; }
}
