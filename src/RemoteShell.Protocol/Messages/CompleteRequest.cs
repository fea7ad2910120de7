using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Asks how a word of a prompt may go on. Byte stream: <c>completions</c> out, a whole word in each line.</summary>
public sealed record CompleteRequest() : OpenRequest("complete")
{
    /// <summary>The beginning of the word.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the word is a command's name: then built-ins and programs are looked for, where it has no slash.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Command { get; init; }

    /// <summary>The folder from which relative paths count; absent: the user's home.</summary>
    public string? Cwd { get; init; }
}
