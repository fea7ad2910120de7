using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys.Tests.Agents;

public sealed class SshAgentTests : IDisposable
{
    private const string Purpose = "rsh-auth@1";

    private readonly TemporaryFolder _folder = new();

    public SshAgentTests() => Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task Agent_signs_with_a_key_that_it_lists(string type)
    {
        await using SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        var agent = new SshAgent(process.Socket);
        Assert.Empty(await agent.ListAsync(default).Within());
        string file = SshKeygen.MakeKey(_folder, type);
        await process.AddAsync(file);
        AgentKey listed = Assert.Single(await agent.ListAsync(default).Within());
        Assert.Equal("made for a test", listed.Comment);
        var key = PublicKey.FromBlob(listed.Blob.Span);
        Assert.Equal(PublicKey.Parse(File.ReadAllText($"{file}.pub")), key);
        SshSignature signature = await agent.SignAsync(listed, "message"u8.ToArray(), Purpose, default).Within();
        Assert.NotNull(SshSignature.Parse(signature.ToBytes()).Verify(key, "message"u8, Purpose));
    }

    [Fact]
    public async Task Agent_signs_with_a_certificate_for_its_key()
    {
        await using SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        SshKeygen.Certify(SshKeygen.MakeKey(_folder, "ed25519"), file, "-I", "id", "-n", "alice");
        await process.AddAsync(file);
        var agent = new SshAgent(process.Socket);
        IReadOnlyList<AgentKey> keys = await agent.ListAsync(default).Within();
        AgentKey certified = Assert.Single(keys, key => SshCertificate.IsCertificate(key.Blob.Span));
        SshSignature signature = await agent.SignAsync(certified, "message"u8.ToArray(), Purpose, default).Within();
        var certificate = SshCertificate.Parse(signature.KeyBlob.Span);
        Assert.NotNull(signature.Verify(certificate.Key, "message"u8, Purpose));
    }

    [Fact]
    public async Task Agent_that_is_locked_or_gone_or_lacks_the_key_says_so()
    {
        SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        var agent = new SshAgent(process.Socket);
        var unknown = new AgentKey(PublicKey.Parse(File.ReadAllText($"{SshKeygen.MakeKey(_folder, "ed25519")}.pub")).Blob, "");
        Assert.Contains(
            "refuses to sign",
            (await Assert.ThrowsAsync<KeySignerException>(() => agent.SignAsync(unknown, default, Purpose, default).Within())).Message,
            StringComparison.Ordinal);
        await process.DisposeAsync();
        Assert.Contains(
            "cannot be reached",
            (await Assert.ThrowsAsync<KeySignerException>(() => agent.ListAsync(default).Within())).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0, 0, 0, 1, 6 })]
    [InlineData(new byte[] { 0, 0, 0, 5, 12, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0, 0, 0, 9, 12, 0, 0, 0, 1, 0, 0, 0, 9 })]
    [InlineData(new byte[] { 0, 0 })]
    public async Task Nonsense_of_an_agent_is_an_error(byte[] answer)
    {
        string path = _folder["agent"];
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(path));
        listening.Listen();
        Task<IReadOnlyList<AgentKey>> asked = new SshAgent(path).ListAsync(default);
        using Socket accepted = await listening.AcceptAsync().Within();
        await accepted.ReceiveAsync(new byte[16]).Within();
        await accepted.SendAsync(answer).Within();
        accepted.Shutdown(SocketShutdown.Send);
        await Assert.ThrowsAsync<KeySignerException>(() => asked.Within());
    }
}
