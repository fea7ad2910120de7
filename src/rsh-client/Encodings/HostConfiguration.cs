using System.Text.Json;
using System.Text.Json.Serialization;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>The settings in <c>config.json</c> in the client's folder: <c>{ "hosts": { "legacy": { "encoding": "gbk" } } }</c>.</summary>
internal sealed record HostConfiguration
{
    // In bytes.
    private const int MaxSize = 1024 * 1024;

    private const string Hint = """write it like this: { "hosts": { "legacy": { "encoding": "gbk" } } }""";

    /// <summary>The settings by host, as on the command line, with or without the port; <c>*</c> is for all other hosts.</summary>
    public IReadOnlyDictionary<string, HostSettings?> Hosts { get; set; } = new Dictionary<string, HostSettings?>();

    /// <summary>Reads the file; without a file there are no settings.</summary>
    /// <exception cref="RemoteShellException">The file is not valid.</exception>
    /// <exception cref="PrivateFileException">Other users may write to the file.</exception>
    public static HostConfiguration Read(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        if (Directory.Exists(path))
            throw new RemoteShellException($"{path} is a folder, not a file") { Hint = $"remove it, or {Hint}" };
        if (File.Exists(path) && (FileKind.IsSpecial(path) || new FileInfo(path).Length > MaxSize))
            throw new RemoteShellException($"{path} is not a regular file, or has more than {MaxSize} bytes") { Hint = Hint };
        string text = string.Join('\n', PrivateFile.ReadLines(path));
        if (text.Length == 0)
            return new();
        try
        {
            HostConfiguration read = JsonSerializer.Deserialize(text, ConfigurationJson.Default.HostConfiguration) ?? new();
            foreach (string name in read.Hosts.Values.Select(host => host?.Encoding).OfType<string>())
                TextEncoding.GetStrict(name);
            return read;
        }
        catch (JsonException e)
        {
            // The framework's message is for programmers: tell only the line and the field.
            string field = e.Path is { Length: > 2 } jsonPath ? $": {jsonPath[2..]}" : "";
            throw new RemoteShellException($"{path} is not valid, at line {e.LineNumber + 1}{field}", e) { Hint = Hint };
        }
        catch (FormatException e)
        {
            throw new RemoteShellException($"{path}: {e.Message}", e) { Hint = Hint };
        }
    }

    /// <summary>The settings of a host.</summary>
    public HostSettings Of(HostAddress host)
        => Hosts.GetValueOrDefault(host.ToString()) ?? Hosts.GetValueOrDefault(host.Host) ?? Hosts.GetValueOrDefault("*") ?? new();
}

/// <summary>The JSON of the configuration, compiled ahead of time. An unknown field is an error, since it would have no effect.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HostConfiguration))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
