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

    /// <summary>Returns what is wrong with the values of a message that was received, for people; null if they are valid.</summary>
    /// <remarks>Each message with a number, a list or a text for programs checks it here, and nowhere else.</remarks>
    internal virtual string? FindFault() => null;

    /// <summary>Returns the message with texts for people of at most this many characters. Such texts may quote the peer.</summary>
    internal virtual Message Shorten(int characters) => this;

    /// <summary>Cuts a text off after this many characters, but not within one.</summary>
    internal static string Cut(string text, int characters)
    {
        if (text.Length <= characters)
            return text;
        int end = char.IsHighSurrogate(text[characters - 1]) ? characters - 1 : characters;
        return $"{text.AsSpan(0, end)}…";
    }
}
