namespace RemoteShell.EndToEnd;

/// <summary>What the programs must not do at start, since a client runs for only a few ms.</summary>
public class ColdStartTests
{
    private static readonly DateTime LongAgo = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Programs_do_not_read_the_trust_store_of_the_system()
    {
        await using Programs programs = await Programs.StartAsync();
        string store = Directory.CreateDirectory(Path.Combine(programs.Home, "store")).FullName;
        string client = Authority(store, "client"), server = Authority(store, "server"), control = Authority(store, "control");
        File.ReadAllText(control);
        if (!OperatingSystem.IsLinux() || File.GetLastAccessTimeUtc(control) == LongAgo)
            Assert.Skip("the file system does not say when a file was read");

        Output output = await programs.RunAsync("rsh-client", ["run", programs.Host, "echo ran"], "", StoreAt(client));
        Assert.Equal((0, "ran\n"), (output.Status, output.Text));
        Assert.Equal(LongAgo, File.GetLastAccessTimeUtc(client));

        await programs.KillServerAsync();
        await programs.StartServerInAsync(StoreAt(server));
        output = await programs.ClientAsync("run", "--accept-new", programs.Host, "echo ran");
        Assert.Equal((0, "ran\n"), (output.Status, output.Text));
        Assert.Equal(LongAgo, File.GetLastAccessTimeUtc(server));
    }

    private static string Authority(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, "-----BEGIN CERTIFICATE-----\n");
        File.SetLastAccessTimeUtc(path, LongAgo);
        return path;
    }

    private static Dictionary<string, string> StoreAt(string file) => new() { ["SSL_CERT_FILE"] = file };
}
