using System.Reflection;
using RemoteShell.Broker;
using RemoteShell.Client;
using RemoteShell.Files.Names;
using RemoteShell.Fleet;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Server;

namespace RemoteShell.EndToEnd.PublicApi;

/// <summary>Compares the public API of each library with the approved text beside this file.</summary>
public class PublicApiTests
{
    private const string Accept = "RSH_ACCEPT_PUBLIC_API";

    public static TheoryData<string> Libraries =>
    [
        "RemoteShell.Broker",
        "RemoteShell.Client",
        "RemoteShell.Files",
        "RemoteShell.Fleet",
        "RemoteShell.Keys",
        "RemoteShell.Protocol",
        "RemoteShell.Server",
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Public_api_is_the_approved_one(string library)
    {
        string path = Repository.File($"tests/RemoteShell.EndToEnd/PublicApi/{library}.txt");
        string current = ApiPrinter.Print(AssemblyOf(library));
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(path, current);
        string approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string[] before = approved.Split('\n'), now = current.Split('\n');
        IEnumerable<string> changes = before.Except(now).Select(line => $"- {line}").Concat(now.Except(before).Select(line => $"+ {line}"));
        Assert.True(
            approved == current,
            $"the public API of {library} has changed:\n{string.Join('\n', changes)}\n"
            + $"If that is intended, accept it and commit the text: {Accept}=1 dotnet test --project tests/RemoteShell.EndToEnd "
            + "-c Release --filter-class '*PublicApiTests'");
    }

    private static Assembly AssemblyOf(string library) => library switch
    {
        "RemoteShell.Broker" => typeof(BrokerException).Assembly,
        "RemoteShell.Client" => typeof(RemoteShellClient).Assembly,
        "RemoteShell.Files" => typeof(FileName).Assembly,
        "RemoteShell.Fleet" => typeof(NodeSetException).Assembly,
        "RemoteShell.Keys" => typeof(KeySigner).Assembly,
        "RemoteShell.Protocol" => typeof(RemoteShellException).Assembly,
        _ => typeof(RemoteShellServer).Assembly,
    };
}
