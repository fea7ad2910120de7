using System.Text.Json;
using System.Text.Json.Serialization;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>The file <c>config.json</c> of earlier versions: <c>{ "hosts": { "legacy": { "encoding": "gbk" } } }</c>.</summary>
internal sealed record JsonConfiguration
{
    // In bytes.
    private const int MaxSize = 1024 * 1024;

    private const string Name = "config.json", AnyHost = "*";

    private const string Hint = """write it like this: { "hosts": { "legacy": { "encoding": "gbk" } } }""";

    /// <summary>The settings by host, as on the command line, with or without the port; <c>*</c> is for all other hosts.</summary>
    public IReadOnlyDictionary<string, JsonHost?> Hosts { get; set; } = new Dictionary<string, JsonHost?>();

    /// <summary>Whether settings wait to be moved to a configuration file.</summary>
    /// <param name="target">The configuration file.</param>
    public static bool IsBeside(string target) => Path.Exists(PathBeside(target));

    /// <summary>Moves the settings of <c>config.json</c> to the end of the configuration file, once, and says so.</summary>
    /// <param name="target">The configuration file. <c>config.json</c> is in the same folder, and gets a new name.</param>
    /// <exception cref="RemoteShellException">The old file is not valid, or the settings cannot be moved.</exception>
    /// <exception cref="PrivateFileException">Other users may write to one of the files.</exception>
    public static void MoveTo(string target)
    {
        string path = PathBeside(target);
        if (!Path.Exists(path))
            return;
        string[] lines = ["# Moved from config.json.", .. Read(path).Lines()];
        string moved = $"{path}.moved";
        try
        {
            // Another start of this program may do the same now: then the lines stand there twice, and the first count.
            PrivateFile.AppendLine(target, string.Join('\n', lines));
            File.Move(path, moved, overwrite: true);
            UserMessages.Say($"moved the settings of {path} to {target}");
        }
        catch (FileNotFoundException) when (!File.Exists(path))
        {
            // It was faster, and has said so.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot move the settings of {path} to {target}: {FileFailure.ReasonOf(e)}", e)
            {
                Hint = $"move them by hand, and remove {path}: {string.Join("; ", lines[1..].Select(line => line.Trim()))}",
            };
        }
    }

    private static string PathBeside(string target) => Path.Combine(Path.GetDirectoryName(target)!, Name);

    private static JsonConfiguration Read(string path)
    {
        if (Directory.Exists(path))
            throw new RemoteShellException($"{path} is a folder, not a file") { Hint = $"remove it, or {Hint}" };
        if (FileKind.IsSpecial(path) || new FileInfo(path).Length > MaxSize)
            throw new RemoteShellException($"{path} is not a regular file, or has more than {MaxSize} bytes") { Hint = Hint };
        string text = string.Join('\n', PrivateFile.ReadLines(path));
        if (text.Length == 0)
            return new();
        try
        {
            JsonConfiguration read = JsonSerializer.Deserialize(text, ConfigurationJson.Default.JsonConfiguration) ?? new();
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

    // A host with its port first, then names, then all others: the first value wins.
    private IEnumerable<string> Lines()
        => from host in Hosts
           where host.Value?.Encoding is not null
           orderby host.Key == AnyHost ? 2 : host.Key.Contains(':', StringComparison.Ordinal) ? 0 : 1
           from line in (string[])[$"Host {host.Key}", $"    Encoding {host.Value!.Encoding}"]
           select line;
}

/// <summary>The JSON of the old configuration, compiled ahead of time. An unknown field is an error: it would have no effect.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JsonConfiguration))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
