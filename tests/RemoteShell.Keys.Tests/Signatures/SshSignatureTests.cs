using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys.Tests.Signatures;

public sealed class SshSignatureTests : IDisposable
{
    private const string Purpose = "rsh-auth@1";

    private static readonly byte[] Message = "one message\n"u8.ToArray();

    private readonly TemporaryFolder _folder = new();

    public SshSignatureTests() => Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ed25519", 0)]
    [InlineData("ecdsa", 256)]
    [InlineData("ecdsa", 384)]
    [InlineData("ecdsa", 521)]
    [InlineData("rsa", 3072)]
    public void Signature_of_openssh_is_valid_for_its_message_purpose_and_key_only(string type, int bits)
    {
        string file = SshKeygen.MakeKey(_folder, type, bits);
        PublicKey key = KeyOf(file);
        string armored = SshKeygen.Sign(file, Purpose, Message);
        var signature = SshSignature.ParseArmored(armored);
        Assert.Equal(key, PublicKey.FromBlob(signature.KeyBlob.Span));
        Assert.Equal(new SignerPresence(IsTouched: true, IsVerified: false), signature.Verify(key, Message, Purpose));
        Assert.Equal(armored, signature.ToString());
        Assert.Null(signature.Verify(key, [.. Message, 0], Purpose));
        Assert.Null(signature.Verify(key, Message, "file"));
        Assert.Null(signature.Verify(KeyOf(SshKeygen.MakeKey(_folder, type, bits)), Message, Purpose));
        Assert.Null(SshSignature.ParseArmored(SshKeygen.Sign(file, "file", Message)).Verify(key, Message, Purpose));
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public void Signature_with_any_changed_byte_is_not_valid(string type)
    {
        string file = SshKeygen.MakeKey(_folder, type);
        PublicKey key = KeyOf(file);
        byte[] bytes = SshSignature.ParseArmored(SshKeygen.Sign(file, Purpose, Message)).ToBytes();
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.False(IsValid(changed, key), $"byte {at}");
            Assert.False(IsValid(bytes[..at], key), $"{at} bytes");
        }
    }

    [Fact]
    public void Openssh_accepts_a_signature_that_is_put_together_here()
    {
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        var read = SshSignature.ParseArmored(SshKeygen.Sign(file, Purpose, Message));
        string signature = _folder["signature"];
        File.WriteAllText(signature, SshSignature.Parse(read.ToBytes()).ToString());
        string said = SshKeygen.RunWithInput(Message, "-Y", "check-novalidate", "-n", Purpose, "-s", signature);
        Assert.Contains("Good", said, StringComparison.Ordinal);
    }

    // There is no authenticator here: a key in memory signs as one would (PROTOCOL.u2f).
    [Theory]
    [InlineData(0x00, false, false)]
    [InlineData(0x01, true, false)]
    [InlineData(0x05, true, true)]
    public void Signature_of_an_authenticator_says_whether_it_was_touched_and_has_verified_its_user(byte flags, bool touched, bool verified)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize), point = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(secret, 0, point, 0);
        byte[] blob = new SshWriter().Text(KeyType.HardwareEd25519).Bytes(point).Text("ssh:").ToArray();
        byte[] signed = new SshWriter()
            .Raw(SHA256.HashData("ssh:"u8))
            .Byte(flags)
            .UInt32(7)
            .Raw(SHA256.HashData(SshSignature.SignedData(Message, Purpose)))
            .ToArray();
        var bytes = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(secret, 0, signed, 0, signed.Length, bytes, 0);
        byte[] encoded = new SshWriter().Text(KeyType.HardwareEd25519).Bytes(bytes).Byte(flags).UInt32(7).ToArray();
        var signature = SshSignature.Make(blob, Purpose, encoded);
        var key = PublicKey.FromBlob(blob);
        Assert.Equal(new SignerPresence(touched, verified), signature.Verify(key, Message, Purpose));
        // Its flags are signed.
        byte[] other = new SshWriter().Text(KeyType.HardwareEd25519).Bytes(bytes).Byte((byte)(flags ^ 4)).UInt32(7).ToArray();
        Assert.Null(SshSignature.Make(blob, Purpose, other).Verify(key, Message, Purpose));
    }

    private static PublicKey KeyOf(string file) => PublicKey.Parse(File.ReadAllText($"{file}.pub"));

    private static bool IsValid(byte[] bytes, PublicKey key)
    {
        try
        {
            var signature = SshSignature.Parse(bytes);
            return signature.KeyBlob.Span.SequenceEqual(key.Blob.Span) && signature.Verify(key, Message, Purpose) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
