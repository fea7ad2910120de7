using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Failures;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Collects output for one JSON string: in memory up to 1 MiB, then in a temporary file without a name.</summary>
internal sealed class SpoolStream : WriteOnlyStream
{
    private const int MaxInMemory = 1024 * 1024;
    private const string Hint = "set TMPDIR to a folder with room that you can write";

    // In bytes.
    private const int Piece = 48 * 1024, MaxText = 64 * 1024;

    // One byte of a control character is six of JSON.
    private const int MaxEscaped = 6;

    private readonly Decoder _utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
    private Stream _store = new MemoryStream();
    private bool _isText = true;

    /// <summary>The bytes that were written.</summary>
    public long Size => _store.Length;

    /// <summary>Ends the output. True if all of it is UTF-8.</summary>
    public bool Complete()
    {
        Check([], last: true);
        return _isText;
    }

    /// <summary>Writes the content of a JSON string in UTF-8, without its quotes, in constant memory.</summary>
    public async Task WriteJsonAsync(Stream json)
    {
        _store.Position = 0;
        // Of a thousand hosts, most have little output.
        var piece = new byte[Math.Min(Piece, _store.Length)];
        var text = new byte[Math.Min(MaxText, MaxEscaped * piece.Length)];
        for (int rest = 0; _store.Position < _store.Length;)
        {
            rest += await _store.ReadAtLeastAsync(piece.AsMemory(rest), piece.Length - rest, throwOnEndOfStream: false);
            int written = await WritePieceAsync(piece.AsMemory(0, rest), text, json);
            // The last character of a piece may go on in the next one.
            piece.AsSpan(written, rest - written).CopyTo(piece);
            rest -= written;
        }
    }

    private async Task<int> WritePieceAsync(ReadOnlyMemory<byte> piece, byte[] text, Stream json)
    {
        int all = 0;
        OperationStatus status = OperationStatus.DestinationTooSmall;
        while (status == OperationStatus.DestinationTooSmall)
        {
            ReadOnlySpan<byte> left = piece.Span[all..];
            status = _isText
                ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(left, text, out int read, out int written, isFinalBlock: false)
                : Base64.EncodeToUtf8(left, text, out read, out written, isFinalBlock: _store.Position == _store.Length);
            await json.WriteAsync(text.AsMemory(0, written));
            all += read;
        }

        return all;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Check(buffer, last: false);
        try
        {
            if (_store is MemoryStream memory && memory.Length + buffer.Length > MaxInMemory)
            {
                _store = NewFile();
                memory.WriteTo(_store);
            }

            _store.Write(buffer);
            // So that a full disk is an error here, where the output is still being received.
            _store.Flush();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new SpoolException($"the output cannot be stored for --json: {FileFailure.Describe(e)}", e) { Hint = Hint };
        }
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
            Span<char> scratch = stackalloc char[1024];
            bool completed = false;
            while (!completed)
            {
                _utf8.Convert(bytes, scratch, last, out int used, out _, out completed);
                bytes = bytes[used..];
            }
        }
        catch (DecoderFallbackException)
        {
            _isText = false;
        }
    }

    /// <summary>Checks that there is a folder for the temporary file, before a command runs whose output may need it.</summary>
    /// <exception cref="SpoolException">There is none.</exception>
    public static void CheckFolder()
    {
        string folder = Path.GetTempPath();
        if (!Directory.Exists(folder))
            throw new SpoolException($"{folder} is not a folder, and --json needs one for large output") { Hint = Hint };
    }

    // Without a name, it is gone when this program is, however that ends.
    private static FileStream NewFile()
    {
        string path = Path.Combine(Path.GetTempPath(), $"rsh-client-{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (OperatingSystem.IsWindows())
        {
            options.Options = FileOptions.DeleteOnClose;
            return new(path, options);
        }

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream file = new(path, options);
        File.Delete(path);
        return file;
    }
}
