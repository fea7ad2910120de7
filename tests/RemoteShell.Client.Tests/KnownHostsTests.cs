using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests;

/// <summary>What a line of known_hosts says about a server, and what it does not.</summary>
public sealed class KnownHostsTests : IDisposable
{
    private static readonly HostAddress Host = new("server.example", 7022);

    private readonly TemporaryFolder _folder = new();
    private readonly Identity _right;
    private readonly Identity _other;

    public KnownHostsTests()
    {
        _right = Identity.Create(_folder["right.pem"]);
        _other = Identity.Create(_folder["other.pem"]);
    }

    // RIGHT and OTHER stand for public keys.
    [Theory]
    [InlineData("", "unknown")]
    [InlineData("server.example:7022 RIGHT\n", "trusted")]
    [InlineData("server.example:7022 RIGHT", "trusted")]
    [InlineData("  server.example:7022   RIGHT  \n", "trusted")]
    [InlineData("SERVER.example:7022 RIGHT\n", "trusted")]
    [InlineData("server.example:7022 OTHER\nserver.example:7022 RIGHT\n", "trusted")]
    [InlineData("server.example:7022 OTHER\n", "changed")]
    [InlineData("server.example:7022 OTHER\nother.example:7022 RIGHT\n", "changed")]
    [InlineData("server.example:7023 RIGHT\n", "unknown")]
    [InlineData("server.example RIGHT\n", "unknown")]
    [InlineData("aserver.example:7022 RIGHT\n", "unknown")]
    [InlineData("server.example:7022\n", "unknown")]
    [InlineData("server.example:7022 rubbish\n", "unknown")]
    [InlineData("#server.example:7022 RIGHT\n", "unknown")]
    [InlineData("# a remark\n\nserver.example:7022 RIGHT\n", "trusted")]
    [InlineData("# * RIGHT\n", "unknown")]
    [InlineData("server.example:7022\tRIGHT\ta comment\n", "trusted")]
    [InlineData("10.0.0.1:7022,server.example:7022,x RIGHT\n", "trusted")]
    [InlineData("[server.example]:7022 RIGHT\n", "trusted")]
    [InlineData("[Server.Example]:7022,[10.0.0.1]:7022 OTHER\n", "changed")]
    [InlineData("[server.example]:22 OTHER\n", "unknown")]
    [InlineData("server.example,10.0.0.1 OTHER\n", "unknown")]
    [InlineData("* RIGHT\n", "trusted")]
    [InlineData("* OTHER\n", "changed")]
    [InlineData("*.example RIGHT\n", "unknown")]
    [InlineData("server* OTHER\n", "unknown")]
    [InlineData("server*:7022 RIGHT\n", "trusted")]
    [InlineData("[*.example]:7022 RIGHT\n", "trusted")]
    [InlineData("[serv?r.EXAMPLE]:702? RIGHT\n", "trusted")]
    [InlineData("[*.other]:7022 RIGHT\n", "unknown")]
    [InlineData("*,!server.example RIGHT\n", "unknown")]
    [InlineData("*,!SERVER.* RIGHT\n", "unknown")]
    [InlineData("!server.example:7022,*:7022 RIGHT\n", "unknown")]
    [InlineData("*:7022,![other.example]:7022 RIGHT\n", "trusted")]
    [InlineData("!other.example RIGHT\n", "unknown")]
    [InlineData("server.example:7022 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChuYXzMPTMcRrWFbVUzBGyRqyNVGZzcHdZ0X5gDJ\n", "unknown")]
    [InlineData("|1|rubbish RIGHT\n", "unknown")]
    [InlineData("@revoked * RIGHT\n", "revoked")]
    [InlineData("server.example:7022 RIGHT\n@revoked server.example RIGHT\n", "revoked")]
    [InlineData("server.example:7022 RIGHT\n@revoked [server.example]:7022 RIGHT\n", "revoked")]
    [InlineData("server.example:7022 RIGHT\n@revoked *,!server.example RIGHT\n", "trusted")]
    [InlineData("server.example:7022 RIGHT\n@revoked [server.example]:22 RIGHT\n", "trusted")]
    [InlineData("server.example:7022 RIGHT\n@revoked * OTHER\n", "trusted")]
    [InlineData("server.example:7022 RIGHT\n@revoked other.example RIGHT\n", "trusted")]
    [InlineData("@cert-authority * RIGHT\n", "unknown")]
    [InlineData("@cert-authority * OTHER\n", "unknown")]
    [InlineData("@unknown * RIGHT\n", "unknown")]
    [InlineData("@revoked\n@revoked *\n@\n", "unknown")]
    public async Task Line_trusts_a_server_or_names_a_changed_key(string lines, string verdict)
    {
        await File.WriteAllTextAsync(_folder["known_hosts"], Keys(lines));
        MakePrivate();
        HostKeyException? refusal = await CheckAsync(new());
        Assert.Equal(verdict, Verdict(refusal));
        // A changed or revoked key is refused, whatever the user says; an unknown one is added.
        string later = verdict == "unknown" ? "trusted" : verdict;
        Assert.Equal(later, Verdict(await CheckAsync(new() { AcceptNew = true })));
        Assert.Equal(later, Verdict(await CheckAsync(new())));
        bool isRevoked = verdict == "revoked";
        Assert.Equal(isRevoked ? "revoked" : "trusted", Verdict(await CheckAsync(new() { Fingerprint = _right.PublicKey.Fingerprint })));
    }

    [Theory]
    [InlineData("server.example:7022")]
    [InlineData("[server.example]:7022")]
    [InlineData("other.example,SERVER.example:7022")]
    public async Task Line_that_ssh_keygen_has_hashed_is_the_same_line(string names)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string file = _folder["known_hosts"];
        foreach ((string key, string verdict) in ((string, string)[])[("RIGHT", "trusted"), ("OTHER", "changed")])
        {
            File.WriteAllText(file, Keys($"{names} {key}\nelsewhere.example:7022 OTHER\n"));
            SshKeygen.Run("-q", "-H", "-f", file);
            Assert.DoesNotContain("example", File.ReadAllText(file));
            MakePrivate();
            Assert.Equal(verdict, Verdict(await CheckAsync(new())));
        }

        File.WriteAllText(file, Keys($"[server.example]:7022 OTHER\n"));
        SshKeygen.Run("-q", "-H", "-f", file);
        File.WriteAllText(file, Keys($"server.example:7022 RIGHT\n") + $"@revoked {File.ReadAllText(file)}");
        MakePrivate();
        Assert.Equal("trusted", Verdict(await CheckAsync(new())));
        File.WriteAllText(file, File.ReadAllText(file).Replace($"{_other.PublicKey}", $"{_right.PublicKey}"));
        Assert.Equal("revoked", Verdict(await CheckAsync(new())));
    }

    [Theory]
    [InlineData("server.example", true)]
    [InlineData("[server.example]:7022", false)]
    [InlineData("server.example:7022", false)]
    [InlineData("[server.example]:22", true)]
    [InlineData("server.*", true)]
    public async Task Name_without_a_port_is_that_of_the_port_of_ssh(string name, bool isTrusted)
    {
        await File.WriteAllTextAsync(_folder["known_hosts"], Keys($"{name} RIGHT\n"));
        MakePrivate();
        Exception? refusal = await Record.ExceptionAsync(() => new KnownHosts(_folder["known_hosts"])
            .CheckAsync(new("server.example", 22), _right.PublicKey, new(), CancellationToken.None).AsTask());
        Assert.Equal(isTrusted, refusal is null);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("a,b")]
    [InlineData("!x")]
    [InlineData("#x")]
    [InlineData("@revoked")]
    [InlineData("|1|x|y")]
    [InlineData("with blanks")]
    public async Task Name_with_a_meaning_in_a_line_is_stored_as_a_name(string name)
    {
        var named = new HostTrust { AcceptNew = true, KnownAs = name };
        Assert.Null(await CheckAsync(named));
        Assert.Null(await CheckAsync(named with { AcceptNew = false }));
        Assert.Single(await File.ReadAllLinesAsync(_folder["known_hosts"]));
        foreach (string other in (string[])["server.example", "a", "b", "x"])
            Assert.Equal("unknown", Verdict(await CheckAsync(new() { KnownAs = other })));
    }

    [Fact]
    public async Task Fingerprint_is_compared_exactly_and_leaves_the_file_alone()
    {
        string right = _right.PublicKey.Fingerprint;
        Assert.Null(await CheckAsync(new() { Fingerprint = right }));
        string[] wrong = [right.ToLowerInvariant(), right.ToUpperInvariant(), $"{right} ", right[..^1], _other.PublicKey.Fingerprint];
        foreach (string fingerprint in wrong)
            Assert.Contains("as asked", (await CheckAsync(new() { Fingerprint = fingerprint, AcceptNew = true }))!.Message);
        Assert.False(File.Exists(_folder["known_hosts"]));
    }

    [Fact]
    public async Task Changed_file_is_seen_whatever_changed()
    {
        string right = Keys("server.example:7022 RIGHT\n"), other = Keys("server.example:7022 OTHER\n");
        Action<string, string>[] ways =
        [
            File.WriteAllText,
            (file, text) => WriteAt(file, text, DateTime.UnixEpoch),
            (file, text) => Replace(file, text, File.GetLastWriteTimeUtc(file)),
            (file, text) => File.WriteAllText(file, $"# a remark\n{text}"),
            (file, text) => File.WriteAllText(file, text.TrimEnd()),
        ];
        string[] files = [.. ways.Select((_, i) => _folder[$"known_hosts.{i}"])];
        await CheckAllAsync(right, "trusted");
        // From now on the state of the files tells that they are as before.
        await Waiting.Until(() => files.All(file => DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > TimeSpan.FromSeconds(4)), "old");
        await CheckAllAsync(null, "trusted");
        await CheckAllAsync(other, "changed");
        await CheckAllAsync(right, "trusted");
        foreach (string file in files)
        {
            File.Delete(file);
            Assert.Equal("unknown", Verdict(await CheckAsync(file, new())));
        }

        async Task CheckAllAsync(string? text, string verdict)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                if (text is not null)
                    ways[i](files[i], text);
                MakePrivate(files[i]);
                Assert.Equal(verdict, Verdict(await CheckAsync(files[i], new())));
                Assert.Equal(verdict, Verdict(await CheckAsync(files[i], new())));
            }
        }
    }

    [Fact]
    public async Task File_that_others_may_write_is_refused_also_after_it_was_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs modes");
        await File.WriteAllTextAsync(_folder["known_hosts"], Keys("server.example:7022 RIGHT\n"));
        MakePrivate();
        Assert.Null(await CheckAsync(new()));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["known_hosts"], UnixFileMode.UserRead | UnixFileMode.OtherWrite);
        Assert.IsType<PrivateFileException>(await Record.ExceptionAsync(() => CheckFileAsync(_folder["known_hosts"], new())));
    }

    [Fact]
    public async Task Many_new_hosts_at_once_are_each_stored_once()
    {
        const int Hosts = 200;
        await Parallel.ForAsync(0, 3 * Hosts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
        {
            var host = new HostAddress($"h{i % Hosts}.example", 7022);
            await new KnownHosts(_folder["known_hosts"]).CheckAsync(host, _right.PublicKey, new() { AcceptNew = true }, token);
        });
        string[] stored = [.. File.ReadAllLines(_folder["known_hosts"]).Order(StringComparer.Ordinal)];
        IEnumerable<string> expected = Enumerable.Range(0, Hosts).Select(i => $"h{i}.example:7022 {_right.PublicKey}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), stored);
        // A line that another program has changed in the middle counts.
        File.WriteAllLines(_folder["known_hosts"], stored.Select(line => line.StartsWith("h7.", StringComparison.Ordinal)
            ? $"h7.example:7022 {_other.PublicKey}" : line));
        await Assert.ThrowsAsync<HostKeyException>(() => new KnownHosts(_folder["known_hosts"])
            .CheckAsync(new("h7.example", 7022), _right.PublicKey, new() { AcceptNew = true }, CancellationToken.None).AsTask());
    }

    public void Dispose()
    {
        _right.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    private static void WriteAt(string file, string text, DateTime time)
    {
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, time);
    }

    // Another file of the same length and time takes its place.
    private static void Replace(string file, string text, DateTime time)
    {
        WriteAt($"{file}.new", text, time);
        File.Move($"{file}.new", file, overwrite: true);
    }

    private static string Verdict(HostKeyException? refusal)
    {
        if (refusal is null)
            return "trusted";
        if (refusal.Message.Contains("IS REVOKED", StringComparison.Ordinal))
            return "revoked";
        return refusal.Message.Contains("HAS CHANGED", StringComparison.Ordinal) ? "changed" : "unknown";
    }

    private string Keys(string lines) => lines
        .Replace("RIGHT", _right.PublicKey.ToString(), StringComparison.Ordinal)
        .Replace("OTHER", _other.PublicKey.ToString(), StringComparison.Ordinal);

    private void MakePrivate() => MakePrivate(_folder["known_hosts"]);

    private static void MakePrivate(string file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private Task<HostKeyException?> CheckAsync(HostTrust trust) => CheckAsync(_folder["known_hosts"], trust);

    private async Task<HostKeyException?> CheckAsync(string file, HostTrust trust)
        => (HostKeyException?)await Record.ExceptionAsync(() => CheckFileAsync(file, trust));

    private Task CheckFileAsync(string file, HostTrust trust)
        => new KnownHosts(file).CheckAsync(Host, _right.PublicKey, trust, CancellationToken.None).AsTask();
}
