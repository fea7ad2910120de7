using System.Text.Json;
using System.Text.Json.Serialization;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>What <c>config.json</c> in the client's folder says of hosts: <c>{ "hosts": { "legacy": { "encoding": "gbk" } } }</c>.</summary>
internal sealed record HostConfiguration
{
    private const int Largest = 1024 * 1024;

    private const string Right = """it reads like this: { "hosts": { "legacy": { "encoding": "gbk" } } }""";

    /// <summary>By the host as it is given on the command line, with or without its port; <c>*</c> stands for those that are not named.</summary>
    public IReadOnlyDictionary<string, HostSettings?> Hosts { get; set; } = new Dictionary<string, HostSettings?>();

    /// <summary>Reads the file; where there is none, nothing is said of any host.</summary>
    /// <exception cref="RemoteShellException">It is not as it must be.</exception>
    /// <exception cref="PrivateFileException">Others may write it.</exception>
    public static HostConfiguration Read(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        if (File.Exists(path) && (FileKind.IsSpecial(path) || new FileInfo(path).Length > Largest))
            throw new RemoteShellException($"{path} is no file of settings: it is no regular file, or has more than {Largest} bytes") { Hint = Right };
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
            // The framework's words are for programmers; where it is, and what, is enough.
            throw new RemoteShellException($"{path} is not as it must be, at line {e.LineNumber + 1}{(e.Path is { Length: > 2 } field ? $": {field[2..]}" : "")}", e) { Hint = Right };
        }
        catch (FormatException e)
        {
            throw new RemoteShellException($"{path}: {e.Message}", e) { Hint = Right };
        }
    }

    /// <summary>What is said of a host.</summary>
    public HostSettings Of(HostAddress host)
        => Hosts.GetValueOrDefault(host.ToString()) ?? Hosts.GetValueOrDefault(host.Host) ?? Hosts.GetValueOrDefault("*") ?? new();
}

/// <summary>What is said of one host.</summary>
internal sealed record HostSettings
{
    /// <summary>The encoding of what it writes and reads. Default: utf-8.</summary>
    public string? Encoding { get; init; }
}

/// <summary>The configuration's JSON, compiled ahead of time. A word that nobody knows is an error: it would be a setting that does nothing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HostConfiguration))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
