using System.Diagnostics;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Client.Transfers;

/// <summary>Counts the outcomes of a transfer, and passes each step on.</summary>
/// <param name="next">Receives each step; null: none.</param>
internal sealed class ResultCounter(IProgress<TransferProgress>? next) : IProgress<TransferProgress>
{
    private const int MostFailures = 1000;

    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly List<TransferItem> _failures = [];
    private TransferResult _result = new();

    /// <summary>What was counted.</summary>
    public TransferResult Result
    {
        get
        {
            lock (_gate)
                return _result with { Failures = [.. _failures], Duration = Stopwatch.GetElapsedTime(_begin) };
        }
    }

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        lock (_gate)
            Count(value);
        next?.Report(value);
    }

    private void Count(TransferProgress value)
    {
        _result = _result with { Bytes = value.Bytes };
        _result = value.Finished?.Outcome switch
        {
            TransferOutcome.Transferred or TransferOutcome.WouldTransfer => _result with { Transferred = _result.Transferred + 1 },
            TransferOutcome.Unchanged or TransferOutcome.WouldSet => _result with { Unchanged = _result.Unchanged + 1 },
            TransferOutcome.Skipped => _result with { Skipped = _result.Skipped + 1 },
            TransferOutcome.Deleted or TransferOutcome.WouldDelete => _result with { Deleted = _result.Deleted + 1 },
            TransferOutcome.Failed => _result with { Failed = _result.Failed + 1 },
            _ => _result,
        };
        UnsetMetadata unset = value.Finished?.Unset ?? UnsetMetadata.None;
        if (unset.HasFlag(UnsetMetadata.Owner))
            _result = _result with { OtherOwner = _result.OtherOwner + 1 };
        if (unset.HasFlag(UnsetMetadata.Attributes))
            _result = _result with { OtherAttributes = _result.OtherAttributes + 1 };
        if (value.Finished is { Outcome: TransferOutcome.Failed } failure && _failures.Count < MostFailures)
            _failures.Add(failure);
    }
}
