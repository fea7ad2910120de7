using System.Text;
using System.Text.Json;
using RemoteShell.Cli.Client.Output;

namespace RemoteShell.Cli.Client.Tests.Output;

/// <summary>The output of a command as a string of JSON.</summary>
public class SpoolStreamTests
{
    // The output is read in pieces of this size.
    private const int Piece = 48 * 1024;

    // More is kept in a file.
    private const int MaxInMemory = 1024 * 1024;

    // Characters of 1 to 4 bytes, and those that JSON escapes.
    private static readonly string[] Characters = ["a", "é", "→", "😀", "\"", "\\", "\n", "\0", "\u001b", "</"];

    [Fact]
    public async Task Text_of_any_length_is_the_same_text_in_json()
    {
        var random = new Random(7);
        for (int round = 0; round < 60; round++)
        {
            var text = new StringBuilder();
            // Around the ends of pieces, so that characters lie across them.
            int length = (round == 0 ? MaxInMemory + Piece : round % 4 * Piece) + random.Next(-3, 4);
            for (int size = 0; size < length;)
            {
                string character = Characters[random.Next(Characters.Length)];
                text.Append(character);
                size += Encoding.UTF8.GetByteCount(character);
            }

            byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
            (bool isText, string json) = await WriteAsync(bytes);
            Assert.True(isText);
            Assert.Equal(text.ToString(), json);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_the_same_bytes_in_base64()
    {
        var random = new Random(7);
        for (int round = 0; round < 40; round++)
        {
            var bytes = new byte[Math.Max(1, (round == 0 ? MaxInMemory + Piece : round % 4 * Piece) + random.Next(-4, 5))];
            random.NextBytes(bytes);
            bytes[^1] = 0xff;
            (bool isText, string json) = await WriteAsync(bytes);
            Assert.False(isText);
            Assert.Equal(bytes, Convert.FromBase64String(json));
        }
    }

    [Fact]
    public async Task No_output_is_an_empty_string()
    {
        (bool isText, string json) = await WriteAsync([]);
        Assert.True(isText);
        Assert.Equal("", json);
    }

    private static async Task<(bool IsText, string Json)> WriteAsync(byte[] bytes)
    {
        await using var spool = new SpoolStream();
        for (int start = 0; start < bytes.Length; start += 1000)
            await spool.WriteAsync(bytes.AsMemory(start, Math.Min(1000, bytes.Length - start)));
        bool isText = spool.Complete();
        using var json = new MemoryStream();
        json.WriteByte((byte)'"');
        await spool.WriteJsonAsync(json).Within();
        json.WriteByte((byte)'"');
        using var read = JsonDocument.Parse(json.ToArray());
        return (isText, read.RootElement.GetString()!);
    }
}
