using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys.Tests.Signatures;

public sealed class KeyTypeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public KeyTypeTests() => Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ed25519", 0, KeyType.Ed25519)]
    [InlineData("ecdsa", 256, KeyType.EcdsaP256)]
    [InlineData("ecdsa", 384, KeyType.EcdsaP384)]
    [InlineData("ecdsa", 521, KeyType.EcdsaP521)]
    [InlineData("rsa", 3072, KeyType.Rsa)]
    [InlineData("rsa", 4096, KeyType.Rsa)]
    public void Key_that_openssh_makes_has_the_fingerprint_that_it_prints(string type, int bits, string expected)
    {
        string file = SshKeygen.MakeKey(_folder, type, bits);
        string line = File.ReadAllText($"{file}.pub").Trim();
        var key = PublicKey.Parse(line);
        Assert.Equal(expected, key.Type);
        Assert.Equal(SshKeygen.Run("-l", "-f", file).Split(' ')[1], key.Fingerprint);
        Assert.Equal(line, $"{key} made for a test");
        Assert.Equal(key, PublicKey.FromBlob(key.Blob.Span));
        Assert.Equal(expected == PublicKey.Algorithm, PublicKey.TryParse(line, out _));
    }

    [Theory]
    [InlineData("rsa", 2048, "an RSA key of 2048 bits is too weak; it must have 3072 or more")]
    [InlineData("dsa", 1024, "a key of the type ssh-dss is not supported")]
    public void Weak_key_is_refused_with_its_reason(string type, int bits, string reason)
    {
        string line = File.ReadAllText($"{SshKeygen.MakeKey(_folder, type, bits)}.pub");
        Assert.Equal(reason, Assert.Throws<FormatException>(() => PublicKey.Parse(line)).Message);
        Assert.False(PublicKey.TryParseAny(line, out _));
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public void Blob_that_is_cut_or_longer_is_no_key(string type)
    {
        byte[] blob = PublicKey.Parse(File.ReadAllText($"{SshKeygen.MakeKey(_folder, type)}.pub")).Blob.ToArray();
        for (int length = 0; length < blob.Length; length++)
            Assert.Throws<FormatException>(() => PublicKey.FromBlob(blob.AsSpan(0, length)));
        Assert.Throws<FormatException>(() => PublicKey.FromBlob([.. blob, 0]));
    }

    [Fact]
    public void First_word_must_be_the_type_of_the_key()
    {
        string line = File.ReadAllText($"{SshKeygen.MakeKey(_folder, "ed25519")}.pub");
        Assert.Throws<FormatException>(() => PublicKey.Parse(line.Replace("ssh-ed25519", "ssh-rsa", StringComparison.Ordinal)));
    }
}
