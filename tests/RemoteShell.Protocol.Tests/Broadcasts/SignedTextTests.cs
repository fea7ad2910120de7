using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Broadcasts;

public sealed class SignedTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Identity _identity;

    public SignedTextTests() => _identity = Identity.LoadOrCreate(_folder["key.pem"]);

    public void Dispose()
    {
        _identity.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Signed_text_is_read_as_it_was_signed()
    {
        SignedText signed = Request().Sign(_identity);
        byte[] bytes = signed.ToBytes();
        // What follows is not read.
        using var stream = new MemoryStream([.. bytes, 1, 2, 3]);
        SignedText read = await SignedText.ReadAsync(stream, SignedKind.Request, CancellationToken.None).Within();
        Assert.Equal(bytes.Length, stream.Position);
        Assert.Equal(bytes, SignedText.Parse(bytes, SignedKind.Request).ToBytes());
        Assert.True(read.IsSignedBy(_identity.PublicKey));
        Assert.Equal(signed.PayloadHash, read.PayloadHash);
        Assert.Equal("true", BroadcastRequest.Decode(read.Payload.Span).Command);
    }

    [Fact]
    public void No_bit_of_a_signed_request_can_be_changed()
    {
        byte[] bytes = Request().Sign(_identity).ToBytes();
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(IsAccepted(changed), $"bit {bit}");
        }

        Assert.True(IsAccepted(bytes));
    }

    [Fact]
    public void Signature_of_one_kind_is_not_valid_for_the_other()
    {
        byte[] bytes = Request().Sign(_identity).ToBytes();
        Assert.False(SignedText.Parse(bytes, SignedKind.Result).IsSignedBy(_identity.PublicKey));
    }

    [Fact]
    public void Signature_of_another_key_is_not_valid()
    {
        using Identity other = Identity.LoadOrCreate(_folder["other.pem"]);
        SignedText signed = Request().Sign(_identity);
        Assert.False(signed.IsSignedBy(other.PublicKey));
        Assert.Throws<BroadcastException>(() => Request().Sign(other));
    }

    [Fact]
    public void Key_that_is_not_on_the_curve_has_signed_nothing()
    {
        byte[] blob = Convert.FromBase64String(_identity.PublicKey.ToString().Split(' ')[1]);
        Array.Clear(blob, blob.Length - 64, 64);
        Assert.True(PublicKey.TryParse($"{PublicKey.Algorithm} {Convert.ToBase64String(blob)}", out PublicKey? key));
        Assert.False(Request().Sign(_identity).IsSignedBy(key!));
    }

    [Fact]
    public void Payload_over_the_limit_is_neither_signed_nor_read()
    {
        byte[] longest = new byte[SignedKind.Request.MaxPayload];
        byte[] bytes = SignedText.Sign(longest, SignedKind.Request, _identity).ToBytes();
        Assert.Equal(longest.Length, SignedText.Parse(bytes, SignedKind.Request).Payload.Length);
        Assert.Throws<BroadcastException>(() => SignedText.Sign([.. longest, 0], SignedKind.Request, _identity));
        byte[] claimed = [.. "RSHS"u8, .. BitConverter.GetBytes(longest.Length + 1), .. new byte[longest.Length + 65]];
        Assert.Throws<BroadcastException>(() => SignedText.Parse(claimed, SignedKind.Request));
        claimed = [.. "RSHS"u8, .. BitConverter.GetBytes(uint.MaxValue)];
        Assert.Throws<BroadcastException>(() => SignedText.Parse(claimed, SignedKind.Request));
    }

    [Fact]
    public async Task Every_beginning_of_a_signed_request_is_rejected()
    {
        byte[] bytes = Request().Sign(_identity).ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<BroadcastException>(() => SignedText.Parse(bytes.AsSpan(0, length), SignedKind.Request));
            using var stream = new MemoryStream(bytes, 0, length);
            await Assert.ThrowsAsync<BroadcastException>(() => SignedText.ReadAsync(stream, SignedKind.Request, CancellationToken.None))
                .Within();
        }
    }

    [Fact]
    public async Task Host_is_read_as_it_was_written()
    {
        var host = new BroadcastHost { Name = "web7.example", Groups = ["web", "x_1"] };
        using var stream = new MemoryStream(host.ToBytes());
        BroadcastHost read = await BroadcastHost.ReadAsync(stream, CancellationToken.None).Within();
        Assert.Equal(host.Name, read.Name);
        Assert.Equal(host.Groups, read.Groups);
        Assert.Throws<BroadcastException>(() => new BroadcastHost { Name = "web 7" }.ToBytes());
        Assert.Throws<BroadcastException>(() => new BroadcastHost { Name = "web", Groups = [""] }.ToBytes());
    }

    [Fact]
    public async Task Random_bytes_are_read_or_rejected_with_the_documented_exception()
    {
        byte[] request = Request().Sign(_identity).ToBytes(), host = new BroadcastHost { Name = "web7" }.ToBytes();
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. round % 2 == 0 ? request : host];
            for (int change = random.Next(1, 8); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes = round % 5 == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            using var stream = new MemoryStream(bytes);
            Exception? fault = await Record.ExceptionAsync(() => round % 2 == 0
                ? SignedText.ReadAsync(stream, SignedKind.Request, CancellationToken.None)
                : BroadcastHost.ReadAsync(stream, CancellationToken.None)).Within();
            Assert.True(fault is null or BroadcastException, $"round {round}: {fault}");
        }
    }

    private BroadcastRequest Request() => new()
    {
        Run = JobId.New(),
        Targets = "web[1-9]",
        Issued = 1_000,
        NotAfter = 2_000,
        Key = _identity.PublicKey.ToString(),
        Command = "true",
    };

    private static bool IsAccepted(byte[] bytes)
    {
        try
        {
            SignedText text = SignedText.Parse(bytes, SignedKind.Request);
            return text.IsSignedBy(BroadcastSender.Decode(text.Payload.Span).Key);
        }
        catch (BroadcastException e)
        {
            Assert.DoesNotContain("System.", e.Message);
            return false;
        }
    }
}
