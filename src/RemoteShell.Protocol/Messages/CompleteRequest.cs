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
}
