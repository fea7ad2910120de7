using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;

namespace RemoteShell.Server.Tests.Audit;

/// <summary>A folder with an audit journal, and the host key that signs it.</summary>
internal sealed class AuditFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AuditFixture()
    {
        Options = new() { Folder = _folder.Path };
        Key = Identity.Create(Options.HostKeyFile);
    }

    public ServerOptions Options { get; set; }

    public Identity Key { get; set; }

    public CapturedLog Log { get; } = new();

    public string Current => Path.Combine(Options.AuditFolder, "audit.jsonl");

    /// <summary>Opens the journal, as a server does at its start.</summary>
    public AuditJournal Open()
    {
        var journal = new AuditJournal(new(Options), () => Key, Log);
        journal.Open();
        return journal;
    }

    /// <summary>Writes a small journal, which is signed at its end.</summary>
    public async Task<byte[]> WriteAsync(int lines)
    {
        await using (AuditJournal journal = Open())
        {
            for (int i = 1; i <= lines; i++)
                Assert.True(journal.Write(LineOf(i)));
        }

        return await File.ReadAllBytesAsync(Current);
    }

    public static AuditLine LineOf(int number) => new()
    {
        Event = AuditEvent.JobEnd,
        Job = $"job{number}",
        Outcome = "exited",
        Code = number % 3,
        What = "größer + <b>",
        Streams = new Dictionary<string, AuditStream> { ["stdout"] = new(number, "crc32c:00000000") },
    };

    /// <summary>Verifies the present files.</summary>
    public AuditReport Verify(AuditHead? kept = null)
        => AuditVerifier.Verify(AuditReader.Read(AuditReader.FilesOf(Options)), [Key.PublicKey.Fingerprint], kept);

    /// <summary>Verifies a journal of one file with this content.</summary>
    public AuditReport Verify(byte[] content, AuditHead? kept = null)
    {
        File.WriteAllBytes(Current, content);
        return Verify(kept);
    }

    public void Dispose()
    {
        Key.Dispose();
        _folder.Dispose();
    }
}
