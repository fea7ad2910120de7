using System.Security.Cryptography;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public sealed class PublicKeyTests
{
    private const DSASignatureFormat Format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;

    // Coordinates of 32 bytes are the end of a blob of 104 bytes.
    private const int PointStart = 40, BlobLength = 104;

    [Fact]
    public void Signature_is_judged_as_the_framework_judges_it()
    {
        for (int round = 0; round < 50; round++)
        {
            using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            byte[] hash = RandomNumberGenerator.GetBytes(32);
            byte[] signature = signer.SignHash(hash, Format);
            byte[] blob = BlobOf(signer);
            Assert.True(PublicKey.FromBlob(blob).VerifyHash(hash, signature));
            AssertJudgedAsByTheFramework(blob, hash, Changed(signature));
            AssertJudgedAsByTheFramework(blob, Changed(hash), signature);
            byte[] otherBlob = [.. blob[..PointStart], .. Changed(blob[PointStart..])];
            AssertJudgedAsByTheFramework(otherBlob, hash, signature);
        }
    }

    [Fact]
    public void Point_that_is_not_on_the_curve_verifies_nothing()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] hash = RandomNumberGenerator.GetBytes(32);
        byte[] signature = signer.SignHash(hash, Format);
        byte[] blob = BlobOf(signer);
        byte[][] points = [new byte[64], [.. Enumerable.Repeat((byte)0xff, 64)], [.. blob[^32..], .. blob[^64..^32]]];
        foreach (byte[] point in points)
            Assert.False(PublicKey.FromBlob([.. blob[..PointStart], .. point]).VerifyHash(hash, signature));
        // The fault of before is not taken for one of a valid key.
        Assert.True(PublicKey.FromBlob(blob).VerifyHash(hash, signature));
    }

    private static void AssertJudgedAsByTheFramework(byte[] blob, byte[] hash, byte[] signature)
        => Assert.Equal(FrameworkVerifies(blob, hash, signature), PublicKey.FromBlob(blob).VerifyHash(hash, signature));

    private static bool FrameworkVerifies(byte[] blob, byte[] hash, byte[] signature)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new() { X = blob[^64..^32], Y = blob[^32..] },
            });
            return key.VerifyHash(hash, signature, Format);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] BlobOf(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        byte[] blob =
        [
            0, 0, 0, 19, .. "ecdsa-sha2-nistp256"u8, 0, 0, 0, 8, .. "nistp256"u8, 0, 0, 0, 65, 4, .. point.X!, .. point.Y!,
        ];
        Assert.Equal(BlobLength, blob.Length);
        return blob;
    }

    private static byte[] Changed(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        int bit = Random.Shared.Next(8 * bytes.Length);
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
