using System.Text;

namespace RemoteShell.Server.Recordings;

/// <summary>Writes a recording as far as the quota permits. At the quota it says in the file that it is cut, and fails.</summary>
internal sealed class QuotaStream : Stream
{
    private readonly FileStream _file;
    private readonly string _name;
    private readonly RecordingQuota _quota;

    public QuotaStream(FileStream file, string name, RecordingQuota quota)
    {
        (_file, _name, _quota) = (file, name, quota);
        quota.Begin(name);
    }

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => _file.Length;

    public override long Position { get => _file.Position; set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_quota.TryTake(buffer.Length))
        {
            string reason = $"cut: the recordings have reached their quota of {_quota.Limit} bytes";
            _file.Write(Encoding.UTF8.GetBytes($"# {reason}\n"));
            _file.Flush();
            throw new IOException(reason);
        }

        _file.Write(buffer);
    }

    public override void Flush() => _file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                _file.Dispose();
            }
            finally
            {
                _quota.End(_name);
            }
        }

        base.Dispose(disposing);
    }
}
