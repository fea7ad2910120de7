using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>What a header says beyond its envelope. The whole vocabulary is in this folder, a page for each family.</summary>
/// <remarks>Properties with a default of their own have a setter, because the generated JSON reader overwrites the defaults of init-only ones that are absent.</remarks>
public abstract record Message
{
    /// <summary>Makes a message of that type.</summary>
    protected Message(string type) => Type = type;

    /// <summary>The word that tells messages apart.</summary>
    [JsonPropertyOrder(-2)]
    public string Type { get; }

    /// <summary>The channel that the message belongs to; 0, which is not written, for the connection itself.</summary>
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Channel { get; init; }
}
