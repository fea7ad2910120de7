using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteShell.Server.Audit;

namespace RemoteShell.Server.Tests.Audit;

/// <summary>The writer of lines writes what the serializer would write.</summary>
public class AuditLineWriterTests
{
    private static readonly AuditJson Serializer = new(
        new(AuditJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly AuditLine Full = new()
    {
        Number = 7,
        Time = new(2026, 12, 31, 23, 59, 58, 123, TimeSpan.Zero),
        Event = AuditEvent.JobEnd,
        Connection = 3,
        Peer = "[::1]:22",
        Key = "SHA256:a+b/c",
        Name = "jürgen <x>",
        Verb = "run",
        What = "a\tb\u0001\"\\\u202e€😀",
        WhatDigest = "00",
        Argv = ["a b", "", "ü"],
        Folder = "/",
        Job = "j",
        Outcome = "exited",
        Code = -1,
        Signal = "KILL",
        Reason = "why",
        Duration = 1.25,
        Streams = new Dictionary<string, AuditStream> { ["stdout"] = new(long.MaxValue, "crc32c:0"), ["/a+b"] = new(0) },
        Accepted = 9,
        Recording = "r.cast",
        Request = "ff",
        LeftOut = 2,
        Lost = 1,
        Torn = 4,
        Previous = RawAuditLine.NoDigest,
        HostKey = "ecdsa AA+=",
        Signature = "AA==",
    };

    [Fact]
    public void Each_property_is_written()
    {
        Assert.DoesNotContain(typeof(AuditLine).GetProperties(), property => property.GetValue(Full) is null);
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(Full, Serializer.AuditLine), Full.ToJson());
    }

    [Fact]
    public void What_is_null_is_left_out()
    {
        var line = new AuditLine { Event = AuditEvent.Stop };
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(line, Serializer.AuditLine), line.ToJson());
    }

    [Fact]
    public void Line_that_was_written_can_be_read()
        => Assert.Equal(Full.ToJson(), AuditLine.TryParse(Full.ToJson())!.ToJson());

    [Fact]
    public void Each_character_is_written_as_by_the_serializer()
    {
        // Surrogates are alone at first, then in pairs; the last texts are longer than what is escaped at once.
        string[] texts =
        [
            .. Enumerable.Range(0, 0x10000).Chunk(61).Select(codes => new string([.. codes.Select(code => (char)code)])),
            .. Enumerable.Range(0, 0x1000).Select(block => char.ConvertFromUtf32(0x10000 + (block << 8) + (block & 0xFF))),
            .. Enumerable.Range(250, 12).Select(length => new string('\u0001', length) + "😀€"),
            .. Enumerable.Range(250, 12).Select(length => "\n" + new string('a', length) + "😀"),
        ];
        foreach (string text in texts)
        {
            var line = new AuditLine { Event = text };
            Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(line, Serializer.AuditLine), line.ToJson());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1_000_000)]
    [InlineData(1_234_567)]
    [InlineData(9_999_999)]
    public void Time_is_written_as_by_the_serializer(int ticks)
    {
        foreach (TimeSpan offset in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromHours(-9.5), TimeSpan.FromHours(14)])
        {
            var line = new AuditLine { Event = AuditEvent.Stop, Time = new DateTimeOffset(2026, 1, 2, 0, 0, 10, offset).AddTicks(ticks) };
            Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(line, Serializer.AuditLine), line.ToJson());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.001)]
    [InlineData(0.1 + 0.2)]
    [InlineData(1e-300)]
    [InlineData(123456789012345680)]
    [InlineData(double.MaxValue)]
    [InlineData(-double.Epsilon)]
    public void Duration_is_written_as_by_the_serializer(double duration)
    {
        var line = new AuditLine { Event = AuditEvent.Stop, Number = long.MinValue, Duration = duration, Code = int.MinValue };
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(line, Serializer.AuditLine), line.ToJson());
    }
}
