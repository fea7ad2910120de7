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
    public async Task Line_trusts_a_server_or_names_a_changed_key(string lines, string verdict)
    {
        await File.WriteAllTextAsync(_folder["known_hosts"], Keys(lines));
        MakePrivate();
        HostKeyException? refusal = await CheckAsync(new());
        Assert.Equal(verdict, Verdict(refusal));
        // A changed key is refused, whatever the user says; an unknown one is added.
        Assert.Equal(verdict == "changed" ? "changed" : "trusted", Verdict(await CheckAsync(new() { AcceptNew = true })));
        Assert.Equal(verdict == "changed" ? "changed" : "trusted", Verdict(await CheckAsync(new())));
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

    public void Dispose()
    {
        _right.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    private static string Verdict(HostKeyException? refusal)
    {
        if (refusal is null)
            return "trusted";
        return refusal.Message.Contains("HAS CHANGED", StringComparison.Ordinal) ? "changed" : "unknown";
    }

    private string Keys(string lines) => lines
        .Replace("RIGHT", _right.PublicKey.ToString(), StringComparison.Ordinal)
        .Replace("OTHER", _other.PublicKey.ToString(), StringComparison.Ordinal);

    private void MakePrivate()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["known_hosts"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async Task<HostKeyException?> CheckAsync(HostTrust trust)
        => (HostKeyException?)await Record.ExceptionAsync(
            () => new KnownHosts(_folder["known_hosts"]).CheckAsync(Host, _right.PublicKey, trust, CancellationToken.None).AsTask());
}
