using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd.Architecture;

/// <summary>The rules of the house, held over its sources: which room may see which, and how large a file may be.</summary>
public class ArchitectureTests
{
    private static readonly Source[] Sources =
    [
        .. Directory.EnumerateFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories).Select(path => new Source(Path.GetRelativePath(Repository.File("src"), path).Replace('\\', '/'), File.ReadAllText(path))),
    ];

    public static TheoryData<string, string, string> Never => new()
    {
        { "RemoteShell.Protocol/", @"\bConsole\.|System\.Diagnostics\.Process|\bSerilog\b|RemoteShell\.(Client|Server)\b", "what both ends speak knows no console, process, log, or end" },
        { "RemoteShell.Protocol/Transport/", @"RemoteShell\.Protocol\.(Frames|Channels|Messages)", "Transport never sees frames" },
        { "RemoteShell.Protocol/Frames/", @"System\.Net\b|RemoteShell\.Protocol\.(Transport|Channels|Messages)", "Frames never see sockets or channels" },
        { "RemoteShell.Protocol/Messages/", @"System\.Net\b|RemoteShell\.Protocol\.(Transport|Channels)", "Messages are words, and know nobody who says them" },
        { "RemoteShell.Protocol/Channels/", @"System\.Net\b|RemoteShell\.Protocol\.Transport|SslStream", "Channels never see sockets, TLS or processes" },
        { "RemoteShell.Client/", @"\bConsole\.|System\.Diagnostics\.Process|\bSerilog\b|System\.CommandLine|RemoteShell\.Server\b", "the client library never sees process, console, log or server" },
        { "RemoteShell.Server/", @"\bConsole\.|System\.CommandLine|RemoteShell\.Client\b", "the server library never sees the console or the client" },
        { "RemoteShell.Server/Processes/", @"RemoteShell\.Protocol\.(Frames|Channels|Transport)|RemoteShell\.Server\.(Jobs|Requests|Connections|Authentication|Builtins)", "Processes never see a frame, nor who asked for them" },
        { "RemoteShell.Server/Builtins/", @"RemoteShell\.Protocol|RemoteShell\.Server\.(Jobs|Requests|Connections|Authentication|Processes)", "Builtins know nothing but their arguments" },
        { "RemoteShell.Server/Chat/", @"RemoteShell\.Server\.(Jobs|Requests|Connections|Processes)", "a chat room does not know requests or jobs" },
        { "RemoteShell.Server/Probes/", @"RemoteShell\.Server\.(Authentication|Builtins|Chat|Admin|Jobs|Processes|Requests|Connections)", "a probe is answered without knowing anybody" },
        { "RemoteShell.Protocol/Datagrams/", @"System\.Net\b|RemoteShell\.Protocol\.(Transport|Frames|Channels|Messages)", "a datagram is bytes" },
        { "RemoteShell.Server/Requests/", @"RemoteShell\.Server\.Admin", "what whoever runs the server can ask is no request" },
        { "RemoteShell.Server/Jobs/", @"RemoteShell\.Server\.(Requests|Connections)", "Jobs do not know who asks" },
        { "RemoteShell.Server/Jobs/Detached/", @"RemoteShell\.Protocol\.Frames|ProcessStartInfo", "detached jobs do not use frames" },
        { "RemoteShell.Server/Requests/", @"RemoteShell\.Server\.Connections", "Requests do not know how their client came in" },
        { "RemoteShell.Server/Authentication/", @"RemoteShell\.Server\.(Jobs|Requests|Connections|Processes)", "Authentication decides, and does nothing" },
        { "rsh-client/", @"RemoteShell\.Server\b|\bSerilog\b", "the client's program never sees the server" },
        { "rsh-server/", @"RemoteShell\.Client\b", "the server's program never sees the client" },
    };

    [Theory]
    [MemberData(nameof(Never))]
    public void A_room_never_sees_what_is_not_its_business(string room, string forbidden, string why)
    {
        Source[] files = [.. Sources.Where(source => source.Path.StartsWith(room, StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        Assert.True(files.All(source => !Regex.IsMatch(source.Code, forbidden)), $"{why}: {string.Join(", ", files.Where(source => Regex.IsMatch(source.Code, forbidden)).Select(source => source.Path))}");
    }

    [Fact]
    public void Only_the_room_of_processes_starts_processes()
        => Assert.All(Sources.Where(source => Regex.IsMatch(source.Code, @"ProcessStartInfo|Process\.Start\(|Cli\.Wrap|EntryPoint = ""(posix_spawn|exec)")), source => Assert.StartsWith("RemoteShell.Server/Processes/", source.Path));

    [Fact]
    public void Only_the_programs_see_the_console()
        => Assert.All(Sources.Where(source => Regex.IsMatch(source.Code, @"\bConsole\.")), source => Assert.StartsWith("rsh-", source.Path));

    [Fact]
    public void There_are_no_attics_and_nothing_is_hidden()
    {
        Assert.DoesNotContain(Sources, source => Regex.IsMatch(source.Path, @"/(Utils?|Common|Helpers?|Internal|Misc|Shared)(/|\.cs)"));
        Assert.DoesNotContain(Sources, source => source.Code.Contains("#region", StringComparison.Ordinal));
        Assert.DoesNotContain(Sources, source => Regex.IsMatch(source.Code, @"catch\s*(\([^)]*\))?\s*\{\s*\}"));
        // LibraryImport and the JSON generator need the word; nothing else does.
        Assert.All(
            Sources.Where(source => Regex.IsMatch(source.Code, @"partial (class|record|struct)")),
            source => Assert.True(source.Code.Contains("LibraryImport", StringComparison.Ordinal) || source.Code.Contains("JsonSerializerContext", StringComparison.Ordinal), source.Path));
    }

    [Fact]
    public void A_request_has_a_file_at_the_server_and_at_the_client()
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

    private sealed record Source(string Path, string Code);
}
