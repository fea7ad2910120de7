using System.Text.Json.Serialization;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The JSON of the history, compiled ahead of time.</summary>
[JsonSerializable(typeof(HistoryEntry))]
internal sealed partial class HistoryJson : JsonSerializerContext;
