using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>The base of all messages. A message is a frame's header without <c>size</c> and <c>hash</c>.</summary>
/// <remarks>
/// A property with a default value has a setter: the generated JSON reader overwrites the defaults of absent init-only properties.
/// </remarks>
public abstract record Message
{
    /// <summary>Creates a message of this type.</summary>
    protected Message(string type) => Type = type;

    /// <summary>The message's type on the wire.</summary>
    [JsonPropertyOrder(-2)]
    public string Type { get; }

    /// <summary>The message's channel, or 0 for the connection itself. 0 is not written.</summary>
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Channel { get; init; }
}
