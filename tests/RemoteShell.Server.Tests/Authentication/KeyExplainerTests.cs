using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Authentication;

public sealed class KeyExplainerTests : IDisposable
{
    private static readonly string Key = TestKeys.Make(1).ToString();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "shell", "allowed")]
    [InlineData("from=\"10.0.0.0/8\"", "shell", "allowed, from 10.0.0.0/8 only")]
    [InlineData("expiry-time=\"20200101\"", "shell", "the key expired on 2020-01-01 00:00 UTC")]
    [InlineData("command=\"backup -a\"", "run anything", "allowed: runs backup -a")]
    [InlineData("command=\"backup\"", "connect", "refused by command=")]
    [InlineData("no-pty", "terminal", "refused by no-pty")]
    [InlineData("no-pty", "shell", "allowed")]
    [InlineData("deny=\"calc\"", "calc 1+1", "refused by deny=\"calc\"")]
    [InlineData("deny=\"shell\"", "shell ls | wc", "refused by deny=\"shell\"")]
    [InlineData("", "forward db:5432", "refused: this server does not forward connections")]
    [InlineData("permitopen=\"db:5432\"", "forward db:5432", "allowed")]
    [InlineData("permitopen=\"[::1]:80\"", "forward [::1]:80", "allowed")]
    [InlineData("permitopen=\"/run/db\"", "forward /run/db", "allowed")]
    [InlineData("permitlisten=\"80\"", "listen 80", "allowed")]
    [InlineData("permitlisten=\"80\"", "listen *:80", "refused by permitlisten=")]
    [InlineData("no-agent-forwarding", "agent", "refused by no-agent-forwarding")]
    [InlineData("no-such", "shell", "the line admits no client: the option 'no-such' is not known")]
    public void Line_is_explained_by_the_decision_of_the_server(string options, string request, string reason)
    {
        KeyExplanation line = Assert.Single(Explain(request, $"{options} {Key} anna"));
        Assert.StartsWith(reason, line.Reason, StringComparison.Ordinal);
        Assert.Equal(reason.StartsWith("allowed", StringComparison.Ordinal), line.IsAllowed);
        Assert.Equal(1, line.Line);
    }

    [Fact]
    public void Path_is_decided_by_where_it_leads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        Directory.CreateDirectory(_folder["in"]);
        File.WriteAllText(_folder["secret"], "");
        File.CreateSymbolicLink(_folder["in/link"], "../secret");
        string allowed = $"allow=\"get:{_folder.Path}/in/**\" {Key} anna";
        string rooted = $"root=\"{_folder.Path}\",deny=\"get:/in/**\" {Key} anna";
        Assert.True(Explain($"get {_folder["in/new"]}", allowed)[0].IsAllowed);
        Assert.False(Explain($"get {_folder["in/link"]}", allowed)[0].IsAllowed);
        Assert.False(Explain("get /in/x", rooted)[0].IsAllowed);
        Assert.True(Explain("get /in/../secret", rooted)[0].IsAllowed);
        Assert.True(Explain("get /in/link", rooted)[0].IsAllowed);
    }

    [Fact]
    public void All_lines_of_the_key_are_explained_in_the_order_of_the_file()
    {
        string other = $"{TestKeys.Make(2)} other";
        IReadOnlyList<KeyExplanation> lines = Explain(
            "chat", other, $"from=\"::1\" {Key} anna", $"wrong {Key} anna", "", $"no-chat {Key} anna");
        Assert.Equal(
            [(2, false, false), (3, true, false), (5, false, true)], lines.Select(line => (line.Line, line.IsUnused, line.IsLast)));
        Assert.Equal([true, false, false], lines.Select(line => line.IsAllowed));
    }

    [Fact]
    public void Lines_of_all_files_are_explained_in_their_order()
    {
        File.WriteAllLines(_folder["authorized_keys"], ["", $"no-chat {Key} anna"]);
        File.WriteAllLines(_folder["second"], [$"{Key} anna"]);
        ServerOptions options = new() { Folder = _folder.Path, FurtherAuthorizedKeysFiles = [_folder["missing"], _folder["second"]] };
        IReadOnlyList<KeyExplanation> lines = KeyExplainer.Explain(options, "anna", ["chat"]);
        Assert.Equal(
            [(_folder["authorized_keys"], 2, false), (_folder["second"], 1, true)],
            lines.Select(line => (line.File, line.Line, line.IsAllowed)));
    }

    [Fact]
    public void Key_is_found_by_fingerprint_comment_and_text()
    {
        string line = $"{Key} anna b";
        foreach (string name in (string[])[TestKeys.Make(1).Fingerprint, "anna b", Key, line])
            Assert.Single(ExplainFor(name, ["who"], line));
        foreach (string name in (string[])["anna", TestKeys.Make(2).ToString(), "SHA256:"])
            Assert.Empty(ExplainFor(name, ["who"], line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sftp")]
    [InlineData("run")]
    [InlineData("get")]
    [InlineData("get a b")]
    [InlineData("forward db")]
    [InlineData("forward :80")]
    [InlineData("listen x")]
    [InlineData("chat x")]
    public void Words_that_are_not_a_request_are_an_error(string request)
        => Assert.Contains("write ", Assert.Throws<FormatException>(() => Explain(request, Key)).Message, StringComparison.Ordinal);

    private IReadOnlyList<KeyExplanation> Explain(string request, params string[] lines) => ExplainFor("anna", request.Split(' '), lines);

    private IReadOnlyList<KeyExplanation> ExplainFor(string key, string[] request, params string[] lines)
    {
        File.WriteAllLines(_folder["authorized_keys"], lines);
        return KeyExplainer.Explain(new() { Folder = _folder.Path }, key, request);
    }
}
