using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests;

public sealed class KnownHostsEditorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Identity _key;

    public KnownHostsEditorTests() => _key = Identity.Create(_folder["key.pem"]);

    private string Hosts => _folder["known_hosts"];

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("db.example:7022")]
    [InlineData("[DB.example]:7022")]
    [InlineData("hash of db.example:7022")]
    [InlineData("hash of [db.example]:7022")]
    public void Host_is_forgotten_in_each_form_and_the_rest_stays(string name)
    {
        string field = name.StartsWith("hash of ", StringComparison.Ordinal) ? HashedHost.Of(name[8..]).ToString() : name;
        string before = $"# mine\nother:7022 {_key.PublicKey}\n  {field} {_key.PublicKey} remark\n\ndb.example:7023 {_key.PublicKey}";
        File.WriteAllText(Hosts, before);
        ForgottenHost forgotten = Assert.Single(Forget("db.example"));
        Assert.Equal((3, _key.PublicKey.Fingerprint), (forgotten.Line, forgotten.Key));
        Assert.Empty(forgotten.OtherNames);
        Assert.Equal($"# mine\nother:7022 {_key.PublicKey}\n\ndb.example:7023 {_key.PublicKey}", File.ReadAllText(Hosts));
        Assert.Equal(before, File.ReadAllText($"{Hosts}.old"));
    }

    [Fact]
    public void Other_names_of_the_line_stay()
    {
        File.WriteAllText(Hosts, $"a:7022,db.example:7022,[10.0.0.7]:7022 {_key.PublicKey} remark\n");
        Assert.Equal(["a:7022", "[10.0.0.7]:7022"], Assert.Single(Forget("db.example")).OtherNames);
        Assert.Equal($"a:7022,[10.0.0.7]:7022 {_key.PublicKey} remark\n", File.ReadAllText(Hosts));
    }

    [Fact]
    public void Patterns_and_markers_stay_and_are_named()
    {
        string text = $"@revoked db.example {_key.PublicKey}\n*.example:7022 {_key.PublicKey}\nx:7022 {_key.PublicKey}\n";
        File.WriteAllText(Hosts, text);
        Assert.Empty(Forget("db.example"));
        Assert.Equal([1, 2], KnownHostsEditor.FindOther(Hosts, HostAddress.Parse("db.example")));
        Assert.Equal(text, File.ReadAllText(Hosts));
        Assert.False(File.Exists($"{Hosts}.old"));
    }

    [Fact]
    public void File_that_is_not_there_names_no_host() => Assert.Empty(Forget("db.example"));

    private IReadOnlyList<ForgottenHost> Forget(string host) => KnownHostsEditor.Forget(Hosts, HostAddress.Parse(host));
}
