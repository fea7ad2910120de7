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
}
