using RemoteShell.Keys;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication.Vouching;

namespace RemoteShell.Server.Tests.Authentication;

/// <summary>Which proofs of a key of ssh are valid. <c>ssh-keygen</c> makes them.</summary>
public sealed class ProofCheckTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly Identity _server;
    private readonly Identity _client;

    public ProofCheckTests()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        _server = Identity.Create(_folder["server.pem"]);
        _client = Identity.Create(_folder["client.pem"]);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _client?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-600, true)]
    [InlineData(600, true)]
    [InlineData(-601, false)]
    [InlineData(601, false)]
    [InlineData(-86400, false)]
    public void Proof_is_valid_for_ten_minutes_around_its_time(int seconds, bool isValid)
    {
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        HelloProof proof = Prove(file, Now.AddSeconds(seconds));
        if (isValid)
            Assert.Equal(KeyOf(file), Check(proof).Key);
        else
            Assert.Contains("clocks", Refuse(proof).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Proof_for_another_server_or_another_client_is_refused()
    {
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        using var other = Identity.Create(_folder["other.pem"]);
        string[] wrong =
        [
            Refuse(Prove(file, Now, server: other.PublicKey)).Message,
            Refuse(Prove(file, Now, client: other.PublicKey)).Message,
            Refuse(Prove(file, Now, server: _client.PublicKey, client: _server.PublicKey)).Message,
        ];
        Assert.All(wrong, text => Assert.Contains("not signed for this server and this client", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Time_in_the_message_must_be_the_one_that_is_signed()
    {
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        HelloProof old = Prove(file, Now.AddHours(-1));
        Refuse(old with { Time = Now.ToUnixTimeMilliseconds() });
    }

    [Theory]
    [InlineData("file")]
    [InlineData("rsh-auth@2")]
    [InlineData("rsh-auth@10")]
    public void Signature_for_another_purpose_is_refused(string purpose)
        => Refuse(Prove(SshKeygen.MakeKey(_folder, "ed25519"), Now, purpose: purpose));

    [Fact]
    public void Signature_of_another_key_is_refused()
    {
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        HelloProof proof = Prove(file, Now);
        SshSignature swapped = SshSignature.Parse(proof.Signature.Span).WithKeyBlob(KeyOf(SshKeygen.MakeKey(_folder, "ed25519")).Blob);
        Refuse(proof with { Signature = swapped.ToBytes() });
    }

    [Fact]
    public void Weak_key_and_truncated_signature_are_refused_with_the_reason()
    {
        Assert.Contains("too weak", Refuse(Prove(SshKeygen.MakeKey(_folder, "rsa", 2048), Now)).Message, StringComparison.Ordinal);
        HelloProof proof = Prove(SshKeygen.MakeKey(_folder, "ed25519"), Now);
        for (int length = 0; length < proof.Signature.Length; length++)
            Refuse(proof with { Signature = proof.Signature[..length] });
    }

    [Fact]
    public void Certificate_is_that_of_the_key_that_has_signed()
    {
        string authority = SshKeygen.MakeKey(_folder, "ed25519"), file = SshKeygen.MakeKey(_folder, "ed25519");
        var certificate = SshCertificate.Parse(SshKeygen.Certify(authority, file, "-I", "id", "-n", "alice"));
        SshSignature signature = SshSignature.Parse(Prove(file, Now).Signature.Span);
        HelloProof proof = Prove(file, Now) with { Signature = signature.WithKeyBlob(certificate.Blob).ToBytes() };
        VouchedKey vouched = Check(proof);
        Assert.Equal((certificate.Key, certificate.KeyId), (vouched.Key, vouched.Certificate!.KeyId));
        // A certificate of another key is worth nothing to the one who has it.
        string thief = SshKeygen.MakeKey(_folder, "ed25519");
        SshSignature stolen = SshSignature.Parse(Prove(thief, Now).Signature.Span).WithKeyBlob(certificate.Blob);
        Refuse(proof with { Signature = stolen.ToBytes() });
    }

    private static PublicKey KeyOf(string file) => PublicKey.Parse(File.ReadAllText($"{file}.pub"));

    private HelloProof Prove(
        string file, DateTimeOffset time, PublicKey? server = null, PublicKey? client = null, string purpose = KeyProof.Namespace)
    {
        long milliseconds = time.ToUnixTimeMilliseconds();
        byte[] message = KeyProof.Message(server ?? _server.PublicKey, client ?? _client.PublicKey, milliseconds);
        return new() { Signature = SshSignature.ParseArmored(SshKeygen.Sign(file, purpose, message)).ToBytes(), Time = milliseconds };
    }

    private VouchedKey Check(HelloProof proof) => new ProofCheck(_server.PublicKey, new FixedClock(Now)).Check(proof, _client.PublicKey);

    private ProofException Refuse(HelloProof proof) => Assert.Throws<ProofException>(() => Check(proof));

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
