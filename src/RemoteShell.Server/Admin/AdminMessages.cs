using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace RemoteShell.Server.Admin;

/// <summary>What whoever runs a server asks it: a line of JSON each way. Both ends are one program, so that it is no part of the protocol.</summary>
/// <param name="Verb"><c>status</c>, <c>stop</c> or <c>disconnect</c>.</param>
public sealed record AdminRequest(string Verb)
{
    /// <summary>The connection to end.</summary>
    public long? Id { get; init; }

    /// <summary>Milliseconds that running commands have to end; null: what the server was started with.</summary>
    public long? GraceMs { get; init; }
}

/// <summary>The answer.</summary>
public sealed record AdminReply
{
    /// <summary>Why not; null where it was done.</summary>
    public string? Fault { get; init; }

    /// <summary>What to do about that.</summary>
    public string? Cure { get; init; }

    /// <summary>The answer to <c>status</c>.</summary>
    public ServerStatus? Status { get; init; }
}

/// <summary>What goes over the control socket, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdminRequest))]
[JsonSerializable(typeof(AdminReply))]
[JsonSerializable(typeof(ServerStatus))]
internal sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>The same, with text as it is.</summary>
    public static AdminJson Readable => new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
