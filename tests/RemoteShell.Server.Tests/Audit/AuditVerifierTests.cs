using System.Text;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;

namespace RemoteShell.Server.Tests.Audit;

/// <summary>Whatever is changed in an audit journal is found.</summary>
public sealed class AuditVerifierTests : IDisposable
{
    private const int Lines = 5;

    private readonly AuditFixture _audit = new();

    [Fact]
    public async Task Journal_as_it_was_written_is_in_order_and_signed_to_its_end()
    {
        await _audit.WriteAsync(Lines);
        AuditReport report = _audit.Verify();
        Assert.Empty(report.Faults);
        // With the first and the last line of the server, and a signature behind each.
        Assert.Equal((1, Lines + 4, Lines + 4), (report.First, report.Head!.Number, report.Signed));
        Assert.Empty(_audit.Verify(report.Head).Faults);
    }

    [Fact]
    public async Task Each_flipped_bit_is_found()
    {
        byte[] journal = await _audit.WriteAsync(1);
        // One bit of each byte, or all.
        for (int bit = 0; bit < journal.Length * 8; bit += TestSize.Of(normal: 9, full: 1))
        {
            byte[] changed = [.. journal];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            AuditReport report = _audit.Verify(changed);
            // Without its line end, the last line seems to be cut short.
            bool isEnd = bit / 8 == journal.Length - 1;
            Assert.True(report.Faults.Count > 0 || (isEnd && report.Torn == 1), $"bit {bit}");
        }
    }

    [Fact]
    public async Task Each_lost_line_is_found_and_named()
    {
        byte[][] lines = LinesOf(await _audit.WriteAsync(Lines));
        AuditHead kept = _audit.Verify().Head!;
        for (int lost = 0; lost < lines.Length; lost++)
        {
            AuditReport report = _audit.Verify(Join([.. lines[..lost], .. lines[(lost + 1)..]]), kept);
            if (lost == 0)
                Assert.Equal(2, report.First);
            else
                Assert.Contains(report.Faults, fault => fault.Text.Contains(Text(lost, lines.Length), StringComparison.Ordinal));
        }

        static string Text(int lost, int count) => lost == count - 1 ? "its end was cut off" : $"line {lost + 1} is missing";
    }

    [Fact]
    public async Task Journal_that_was_chained_again_without_signatures_is_not_in_order()
    {
        AuditLine[] lines = [.. LinesOf(await _audit.WriteAsync(Lines)).Select(line => AuditLine.TryParse(line)!)];
        AuditLine[] kept = [.. lines.Where(line => line.Event != AuditEvent.Seal)];
        Assert.Contains(Forge(kept).Faults, fault => fault.Text.Contains("signature was removed", StringComparison.Ordinal));
        // Without the starts of servers too: no line is written a minute after one that is not signed.
        AuditLine[] apart = [.. kept.Where(line => line.Event == AuditEvent.JobEnd)
            .Select((line, index) => line with { Time = line.Time.AddMinutes(index) })];
        Assert.Contains(Forge(apart).Faults, fault => fault.Text.Contains("signature was removed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_swapped_pair_is_found()
    {
        byte[][] lines = LinesOf(await _audit.WriteAsync(Lines));
        for (int first = 0; first < lines.Length; first++)
        {
            for (int second = first + 1; second < lines.Length; second++)
            {
                byte[][] swapped = [.. lines];
                (swapped[first], swapped[second]) = (swapped[second], swapped[first]);
                Assert.NotEmpty(_audit.Verify(Join(swapped)).Faults);
            }
        }
    }

    [Fact]
    public async Task Each_inserted_line_is_found_and_named()
    {
        byte[][] lines = LinesOf(await _audit.WriteAsync(Lines));
        for (int from = 0; from < lines.Length; from++)
        {
            for (int to = 1; to <= lines.Length; to++)
            {
                AuditReport report = _audit.Verify(Join([.. lines[..to], lines[from], .. lines[to..]]));
                Assert.Contains(report.Faults, fault => fault.Line >= to && fault.Line <= to + 2);
            }
        }
    }

    [Fact]
    public async Task Cut_off_end_is_found_at_each_position_by_a_kept_head()
    {
        byte[] journal = await _audit.WriteAsync(Lines);
        AuditHead kept = _audit.Verify().Head!;
        for (int length = 1; length < journal.Length - 1; length++)
            Assert.NotEmpty(_audit.Verify(journal[..length], kept).Faults);
    }

    [Fact]
    public async Task Journal_that_another_key_has_signed_is_not_in_order()
    {
        byte[] journal = await _audit.WriteAsync(Lines);
        Identity own = _audit.Key;
        _audit.Key = Identity.Create(_audit.Options.HostKeyFile + ".other");
        AuditReport report = _audit.Verify(journal);
        Assert.Contains(report.Faults, fault => fault.Text.Contains("not a host key of this server", StringComparison.Ordinal));
        Assert.Equal(0, report.Signed);
        own.Dispose();
    }

    [Fact]
    public async Task Journal_that_the_host_key_has_signed_again_differs_from_a_kept_head()
    {
        await _audit.WriteAsync(Lines);
        AuditHead kept = _audit.Verify().Head!;
        File.Delete(_audit.Current);
        await _audit.WriteAsync(Lines);
        Assert.Empty(_audit.Verify().Faults);
        Assert.Contains(_audit.Verify(kept).Faults, fault => fault.Text.Contains("written again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replaced_host_key_goes_on_with_the_journal()
    {
        await _audit.WriteAsync(Lines);
        using Identity former = _audit.Key;
        _audit.Key = Identity.Create(_audit.Options.HostKeyFile + ".next");
        await using (AuditJournal journal = _audit.Open())
            journal.Write(AuditFixture.LineOf(1));
        AuditReport report = _audit.Verify();
        Assert.Empty(report.Faults);
        Assert.Equal(report.Head!.Number, report.Signed);
    }

    [Fact]
    public async Task Replaced_host_key_signs_at_once()
    {
        await using AuditJournal journal = _audit.Open();
        using Identity former = _audit.Key;
        _audit.Key = Identity.Create(_audit.Options.HostKeyFile + ".next");
        journal.Seal();
        AuditReport report = _audit.Verify();
        Assert.Empty(report.Faults);
        Assert.Equal(_audit.Key.PublicKey.Fingerprint, report.SignedBy);
    }

    [Fact]
    public void File_that_is_no_journal_is_not_in_order()
    {
        Directory.CreateDirectory(_audit.Options.AuditFolder);
        string[] all =
        [
            "hello\nworld\n", "{}\n{}\n", "\0\0\0\n\n\n", new string('\n', 1_000_000), "{\"n\":1,\"event\":\"start\"}\n[]\n[]\n",
        ];
        foreach (string text in all)
            Assert.NotEmpty(_audit.Verify(Encoding.UTF8.GetBytes(text)).Faults);
        Assert.Null(_audit.Verify([]).Head);
    }

    public void Dispose() => _audit.Dispose();

    // A journal of these lines, with right numbers and digests.
    private AuditReport Forge(AuditLine[] lines)
    {
        List<byte[]> forged = [];
        string digest = RawAuditLine.NoDigest;
        foreach (AuditLine line in lines)
        {
            forged.Add((line with { Number = forged.Count + 1, Previous = digest }).ToJson());
            digest = RawAuditLine.DigestOf(forged[^1]);
        }

        return _audit.Verify(Join([.. forged]));
    }

    private static byte[][] LinesOf(byte[] journal)
        => [.. Encoding.UTF8.GetString(journal).TrimEnd('\n').Split('\n').Select(Encoding.UTF8.GetBytes)];

    private static byte[] Join(byte[][] lines) => [.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])];
}
