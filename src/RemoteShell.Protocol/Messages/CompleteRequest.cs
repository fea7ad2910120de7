using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Asks for completions of a word at a prompt. Byte stream: <c>completions</c> out, one whole word in each line.</summary>
public sealed record CompleteRequest() : OpenRequest("complete")
{
    /// <summary>The beginning of the word.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the word is a command name. If it has no slash, the completions are then built-ins and programs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Command { get; init; }

    /// <summary>The folder for relative paths. Absent: the user's home.</summary>
    public string? Cwd { get; init; }

    /// <summary>The job of a conversation, whose shell completes the word: it knows its functions, aliases and variables.</summary>
    /// <remarks>
    /// Each completion then begins with a letter for its kind and a blank: <c>f</c> file, <c>d</c> folder, <c>p</c> program,
    /// <c>b</c> built-in, <c>F</c> function, <c>a</c> alias, <c>k</c> reserved word, <c>v</c> variable,
    /// <c>u</c> user. NUL and a description for people may follow the word.
    /// </remarks>
    public string? In { get; init; }

    /// <summary>With <see cref="In"/>: whether the word is the name of a variable.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Variable { get; init; }

    /// <summary>With <see cref="In"/>: whether the word is the name of a user, without the tilde.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool User { get; init; }

    internal override string? FindFault() => base.FindFault() ?? WireRange.Job("in", In);
}
