using System.Text;
using System.Text.Encodings.Web;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Collects output for one JSON string: in memory up to 1 MiB, then in a temporary file that is deleted on close.</summary>
internal sealed class SpoolStream : WriteOnlyStream
{
    private const int MaxInMemory = 1024 * 1024;

    // In bytes. A multiple of three, so that the base64 of the pieces is the base64 of the whole.
    private const int Piece = 48 * 1024;

    private readonly Decoder _utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
    private readonly char[] _scratch = new char[4096];
    private Stream _store = new MemoryStream();
    private bool _isText = true;

    /// <summary>Ends the output. True if all of it is UTF-8.</summary>
    public bool Complete()
    {
        Check([], last: true);
        return _isText;
    }

    /// <summary>Writes the content of a JSON string, without its quotes, in constant memory.</summary>
    public async Task WriteJsonAsync(TextWriter json)
    {
        _store.Position = 0;
        var piece = new byte[Piece];
        Decoder decoder = Encoding.UTF8.GetDecoder();
        var chars = new char[Piece + 1];
        while (await _store.ReadAtLeastAsync(piece, Piece, throwOnEndOfStream: false) is > 0 and int count)
        {
            if (!_isText)
            {
                await json.WriteAsync(Convert.ToBase64String(piece, 0, count));
                continue;
            }

            var text = new string(chars, 0, decoder.GetChars(piece, 0, count, chars, 0));
            await json.WriteAsync(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text));
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Check(buffer, last: false);
        if (_store is MemoryStream memory && memory.Length + buffer.Length > MaxInMemory)
        {
            _store = NewFile();
            memory.WriteTo(_store);
        }

        _store.Write(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _store.Dispose();
        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> bytes, bool last)
    {
        if (!_isText)
            return;
        try
        {
            bool completed = false;
            while (!completed)
            {
                _utf8.Convert(bytes, _scratch, last, out int used, out _, out completed);
                bytes = bytes[used..];
            }
        }
        catch (DecoderFallbackException)
        {
            _isText = false;
        }
    }

    private static FileStream NewFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(Path.Combine(Path.GetTempPath(), $"rsh-client-{Guid.NewGuid():N}"), options);
    }
}
