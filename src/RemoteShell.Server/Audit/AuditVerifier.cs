using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Audit;

/// <summary>Finds lines of an audit journal that were changed, removed, inserted or moved.</summary>
/// <remarks>
/// A program with the host key can write another journal, and sign it. Only a head that is kept elsewhere shows that, and that the end
/// was cut off.
/// </remarks>
public sealed class AuditVerifier
{
    // Between the clock of a line and the moment at which it is written.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    // Further ones follow from these.
    private const int MaxFaults = 20;

    private readonly IReadOnlyCollection<string> _trusted;
    private readonly AuditHead? _kept;
    private readonly List<AuditFault> _faults = [];

    // Of the line before; null: there is none.
    private AuditEntry? _before;
    private string _digest = RawAuditLine.NoDigest;
    private long _first;
    private long _number;

    // Lines before this one that cannot be read: how many, the first of them, and whether the last one has an end.
    private int _unreadable;
    private AuditEntry? _firstUnreadable;
    private long _torn;
    private long _lost;
    private AuditHead? _head;
    private bool _hasHead;

    // The first line behind the last signature.
    private AuditLine? _unsigned;

    private AuditEntry? _seal;
    private PublicKey? _signer;

    private AuditVerifier(IReadOnlyCollection<string> trusted, AuditHead? kept) => (_trusted, _kept) = (trusted, kept);

    /// <summary>Verifies a journal.</summary>
    /// <param name="lines">The lines, the oldest first.</param>
    /// <param name="trusted">The fingerprints of the host keys of the server: one of them must have made the last signature.</param>
    /// <param name="kept">A head that was kept elsewhere; null: none was.</param>
    public static AuditReport Verify(IEnumerable<AuditEntry> lines, IReadOnlyCollection<string> trusted, AuditHead? kept = null)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(trusted);
        var verifier = new AuditVerifier(trusted, kept);
        foreach (AuditEntry entry in lines)
            verifier.Add(entry);
        return verifier.End();
    }

    private void Add(AuditEntry entry)
    {
        if (entry.Line is { } line)
            Check(entry, line);
        else if (_unreadable++ == 0)
            _firstUnreadable = entry;
        _digest = RawAuditLine.DigestOf(entry.Json.Span);
        if (entry.Line is not null)
            _head = new(entry.Line.Number, _digest);
        _before = entry;
    }

    private void Check(AuditEntry entry, AuditLine line)
    {
        if (_unreadable > 0)
            CheckUnreadable(line);
        if (_before is null)
            CheckFirst(entry, line);
        else
            CheckPlace(entry, line);
        // A signature of another event is one whose event was changed.
        if (line.Event == AuditEvent.Seal || line.Signature is not null)
            CheckSeal(entry, line);
        else
            CheckUnsigned(entry, line);
        if (line.Number == _kept?.Number)
            CheckHead(entry, _kept);
        _lost += line.Lost ?? 0;
        // A line from elsewhere does not change what is expected next.
        _number = Math.Max(_number, line.Number);
    }

    private void CheckFirst(AuditEntry entry, AuditLine line)
    {
        _first = line.Number;
        if (line.Number == 1 && line.Previous != RawAuditLine.NoDigest)
            Report(entry, "line 1 follows another line: it was changed, or lines before it were removed");
        else if (line.Number < 1)
            Report(entry, $"a line cannot have the number {line.Number}: it was changed");
    }

    private void CheckPlace(AuditEntry entry, AuditLine line)
    {
        long expected = _number + 1;
        bool follows = line.Previous == _digest;
        if (follows && line.Number == expected)
            return;
        if (line.Number < expected)
            Report(entry, $"line {line.Number} stands behind line {_number}: it was moved, inserted or changed");
        else if (line.Number > expected + 1)
            Report(entry, $"lines {expected} to {line.Number - 1} are missing before line {line.Number}");
        else if (line.Number > expected)
            Report(entry, $"line {expected} is missing before line {line.Number}");
        else
            Report(_before!, $"line {_number} was changed, or line {expected} was: it has another digest of the line before it");
    }

    // Lines that a crash has cut short are followed by the start of a server that says so.
    private void CheckUnreadable(AuditLine next)
    {
        if (next.Event == AuditEvent.Start && next.Torn == _unreadable)
            _torn += _unreadable;
        else if (_unreadable == 1)
            Report(_firstUnreadable!, $"line {_number + 1} cannot be read: it was changed");
        else
            Report(_firstUnreadable!, $"lines {_number + 1} to {_number + _unreadable} cannot be read: they were changed");
        _number += _unreadable;
        _unreadable = 0;
    }

    // A server signs at once when it starts, and no line is written a minute after one that is not signed.
    private void CheckUnsigned(AuditEntry entry, AuditLine line)
    {
        bool isStart = line.Event == AuditEvent.Start;
        if (_unsigned is { Event: AuditEvent.Start } && !isStart && line.Event != AuditEvent.HostKey)
            Report(entry, $"line {_unsigned.Number} is the start of a server, and is not signed: the signature was removed");
        else if (_unsigned is { } first && !isStart && line.Time - first.Time > AuditJournal.SealInterval + Tolerance)
            Report(entry, $"lines {first.Number} to {line.Number} are not signed: a signature was removed");
        else if (_unsigned is not null && !isStart)
            return;
        _unsigned = line;
    }

    private void CheckSeal(AuditEntry entry, AuditLine line)
    {
        _signer = AuditSeal.FindSigner(entry.Json.Span, line);
        if (_signer is null)
            Report(entry, $"the signature of line {line.Number} is not valid: it was changed, or a line before it");
        else
            (_seal, _unsigned) = (entry, null);
    }

    private void CheckHead(AuditEntry entry, AuditHead kept)
    {
        _hasHead = true;
        if (RawAuditLine.DigestOf(entry.Json.Span) != kept.Digest)
            Report(entry, $"line {kept.Number} is another one than that of the kept head: the journal was written again");
    }

    private AuditReport End()
    {
        // The server may be writing the last line, or have crashed while it did.
        bool isCutShort = _unreadable == 1 && !_before!.HasEnd;
        if (_unreadable > 0 && !isCutShort)
            CheckUnreadable(new() { Event = "" });
        string file = _before?.File ?? "";
        if (_kept is { } kept && !_hasHead)
        {
            string text = kept.Number > _number
                ? $"the journal ends at line {_number}, and that of the kept head is {kept.Number}: its end was cut off"
                : $"line {kept.Number} of the kept head is missing";
            _faults.Add(new(file, 0, text));
        }

        if (_signer is not null && _seal?.Line is { } last && !_trusted.Contains(_signer.Fingerprint))
        {
            string text = $"line {last.Number} is signed by {_signer.Fingerprint}, which is not a host key of this server";
            Report(_seal, text);
            _seal = null;
        }

        return new()
        {
            Faults = _faults,
            First = _first,
            Head = _head,
            Signed = _seal?.Line?.Number ?? 0,
            SignedBy = _seal is null ? null : _signer?.Fingerprint,
            SignedAt = _seal?.Line?.Time,
            Torn = isCutShort ? _torn + 1 : _torn,
            Lost = _lost,
        };
    }

    private void Report(AuditEntry entry, string text)
    {
        if (_faults.Count < MaxFaults)
            _faults.Add(new(entry.File, entry.Place, text));
    }
}
