using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd.Architecture;

/// <summary>Which folder may use what, checked in the text of the sources.</summary>
public class ArchitectureTests
{
    private const string Process = @"System\.Diagnostics\.Process";
    private const string ServerUp = @"RemoteShell\.Server\.(Jobs|Requests|Connections)";

    private static readonly Source[] Sources =
    [
        .. Directory.EnumerateFiles(SourceFolder, "*.cs", SearchOption.AllDirectories).Select(Source.Read),
    ];

    public static TheoryData<string, string, string> Forbidden => new()
    {
        {
            "RemoteShell.Protocol/",
            $@"\bConsole\.|{Process}|Logging\b|RemoteShell\.(Client|Server)\b",
            "Protocol does not use console, processes, logs"
        },
        { "RemoteShell.Protocol/Transport/", @"RemoteShell\.Protocol\.(Frames|Channels|Messages)", "Transport does not use frames" },
        {
            "RemoteShell.Protocol/Frames/",
            @"System\.Net\b|Protocol\.(Transport|Channels|Messages)",
            "Frames do not use sockets or channels"
        },
        { "RemoteShell.Protocol/Messages/", @"System\.Net\b|Protocol\.(Transport|Channels)", "Messages do not use sockets or channels" },
        {
            "RemoteShell.Protocol/Channels/",
            @"System\.Net\b|Protocol\.Transport|SslStream",
            "Channels do not use sockets, TLS or processes"
        },
        {
            "RemoteShell.Protocol/Broadcasts/",
            @"System\.Net\b|Protocol\.Channels|SslStream",
            "Broadcasts do not use sockets or channels"
        },
        {
            "RemoteShell.Protocol/Datagrams/",
            @"System\.Net\b|Protocol\.(Transport|Frames|Channels|Messages)",
            "Datagrams do not use sockets or frames"
        },
        {
            "RemoteShell.Files/",
            $@"\bConsole\.|{Process}|Logging\b|System\.Net\b|Protocol\.(Transport|Channels|Messages)|RemoteShell\.(Client|Server)\b",
            "Files do not use connections, processes, logs"
        },
        {
            "RemoteShell.Keys/",
            @"\bConsole\.|Logging\b|Protocol\.(Frames|Channels|Messages)|RemoteShell\.(Client|Files|Server)\b",
            "Keys do not use connections, logs"
        },
        {
            "RemoteShell.Client/",
            $@"\bConsole\.|{Process}|\bSerilog\b|System\.CommandLine|RemoteShell\.Server\b",
            "Client does not use the server"
        },
        {
            "RemoteShell.Fleet/",
            $@"\bConsole\.|{Process}|\bSerilog\b|System\.CommandLine|System\.Net\b|RemoteShell\.Server\b",
            "Fleet does not use sockets, processes or the server"
        },
        {
            "RemoteShell.Broker/",
            $@"\bConsole\.|{Process}|\bSerilog\b|System\.CommandLine|RemoteShell\.(Client|Fleet|Server)\b",
            "Broker does not use the console, processes, the client or the server"
        },
        {
            "RemoteShell.Server/",
            @"\bConsole\.|System\.CommandLine|\bSerilog\b|RemoteShell\.Client\b",
            "Server does not use the console or the client"
        },
        {
            "RemoteShell.Server/Processes/",
            $@"Protocol\.(Frames|Channels|Transport)|{ServerUp}|Server\.Authentication",
            "Processes do not use frames"
        },
        {
            "RemoteShell.Server/Builtins/",
            $@"RemoteShell\.Protocol|{ServerUp}|Server\.(Authentication|Processes)",
            "Builtins use only their arguments"
        },
        { "RemoteShell.Server/Chat/", $@"{ServerUp}|Server\.Processes", "Chat does not use requests or jobs" },
        {
            "RemoteShell.Server/Probes/",
            $@"{ServerUp}|Server\.(Authentication|Builtins|Chat|Admin|Processes)",
            "Probes use no client's data"
        },
        {
            "RemoteShell.Server/Requests/",
            @"RemoteShell\.Server\.(Admin|Broadcasts|Connections)",
            "Requests do not use sockets or the administrator's socket"
        },
        { "RemoteShell.Server/Broadcasts/", @"RemoteShell\.Server\.(Admin|Connections)", "Broadcasts do not use sockets" },
        { "RemoteShell.Server/Jobs/", @"RemoteShell\.Server\.(Broadcasts|Requests|Connections)", "Jobs do not use requests" },
        { "RemoteShell.Server/Jobs/Detached/", @"RemoteShell\.Protocol\.Frames|ProcessStartInfo", "Detached jobs do not use frames" },
        { "RemoteShell.Server/Authentication/", $@"{ServerUp}|Server\.Processes", "Authentication does not use what it protects" },
        { "rsh-client/", @"RemoteShell\.Server\b|\bSerilog\b", "rsh-client does not use the server" },
        { "rsh-server/", @"RemoteShell\.(Broker|Client)\b", "rsh-server does not use the client or the broker" },
        { "rsh-broker/", @"RemoteShell\.(Client|Fleet|Server)\b", "rsh-broker uses neither the client nor the server" },
    };

    private static string SourceFolder => Repository.File("src");

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Folder_does_not_use_what_it_must_not_know(string folder, string forbidden, string why)
    {
        Source[] files = [.. Sources.Where(source => source.Path.StartsWith(folder, StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        string[] wrong = [.. files.Where(source => Regex.IsMatch(source.Code, forbidden)).Select(source => source.Path)];
        Assert.True(wrong.Length == 0, $"{why}: {string.Join(", ", wrong)}");
    }

    [Fact]
    public void Only_the_processes_folder_starts_processes()
    {
        // The client starts what its user has chosen: an editor, a command that carries a connection, the conditions of Match,
        // a command that prints hosts, ssh-keygen, and this program itself, to keep a connection or to go into the background.
        const string starters = "RemoteShell.Server/Processes/|rsh-client/Prompt/Editing/ExternalEditor.cs"
            + "|RemoteShell.Client/Routes/ProgramRoute.cs|RemoteShell.Client/Routes/ExecutableRoute.cs"
            + "|rsh-client/Configuration/MatchCriteria.cs|rsh-client/Nodes/GroupOutput.cs|rsh-client/Brokers/BrokerCall.cs"
            + "|RemoteShell.Client/Sharing/SharedConnection.cs|rsh-client/Ssh/SshBackground.cs"
            + "|RemoteShell.Keys/Signers/KeygenSigner.cs";
        OnlyIn(starters, @"ProcessStartInfo|Process\.Start\(|Cli\.Wrap|SpawnCalls\.");
        OnlyIn("RemoteShell.Server/Native/", @"EntryPoint = ""posix_spawn");
        // A program replaces itself if a standard descriptor was closed.
        OnlyIn("Programs/Native/", @"EntryPoint = ""exec");
    }

    [Fact]
    public void Only_the_programs_use_the_console() => OnlyIn("rsh-", @"\bConsole\.");

    [Fact]
    public void Sources_have_no_attics_and_hide_nothing()
    {
        Assert.DoesNotContain(Sources, source => Regex.IsMatch(source.Path, @"/(Utils?|Common|Helpers?|Internal|Misc|Shared)(/|\.cs)"));
        Assert.DoesNotContain(Sources, source => source.Code.Contains("#region", StringComparison.Ordinal));
        Assert.DoesNotContain(Sources, source => Regex.IsMatch(source.Code, @"catch\s*(\([^)]*\))?\s*\{\s*\}"));
        // LibraryImport and the JSON generator need the word; nothing else does.
        Assert.All(
            Sources.Where(source => Regex.IsMatch(source.Code, @"partial (class|record|struct)")),
            source => Assert.True(Regex.IsMatch(source.Code, "LibraryImport|JsonSerializerContext"), source.Path));
    }

    [Fact]
    public void Request_has_a_file_at_the_server_and_at_the_client()
    {
        string[] requests =
        [
            .. Directory.EnumerateFiles(Repository.File("src/RemoteShell.Protocol/Messages"), "*Request.cs")
                .Select(path => Path.GetFileNameWithoutExtension(path)[..^"Request".Length])
                .Where(name => name is not ("Open" or "Unknown" or "Terminal")),
        ];
        Assert.NotEmpty(requests);
        Assert.All(requests, name => Assert.True(File.Exists(Repository.File($"src/RemoteShell.Server/Requests/{name}Handler.cs")), name));
        Assert.All(requests, name => Assert.True(File.Exists(Repository.File($"src/RemoteShell.Client/Requests/{name}Call.cs")), name));
    }

    // The paths are beginnings, separated by |.
    private static void OnlyIn(string paths, string pattern)
        => Assert.All(
            Sources.Where(source => Regex.IsMatch(source.Code, pattern)),
            source => Assert.Contains(paths.Split('|'), path => source.Path.StartsWith(path, StringComparison.Ordinal)));

    private sealed record Source(string Path, string Code)
    {
        public static Source Read(string path)
            => new(System.IO.Path.GetRelativePath(SourceFolder, path).Replace('\\', '/'), File.ReadAllText(path));
    }
}
