using RemoteShell.Client;
using RemoteShell.Keys;
using RemoteShell.Protocol;

namespace RemoteShell.Fleet.Verdicts;

/// <summary>Turns what went wrong with a host into its verdict.</summary>
internal static class HostFailure
{
    /// <summary>Whether the failure is one of the host, or of this client's files. Others are faults of the program.</summary>
    public static bool Is(Exception failure)
        => failure is RemoteShellException or IOException or UnauthorizedAccessException;

    /// <summary>The verdict of a host whose request failed.</summary>
    /// <param name="target">The host.</param>
    /// <param name="failure">What went wrong.</param>
    public static HostVerdict Of(RunTarget target, Exception failure)
    {
        HostVerdict verdict = new()
        {
            Host = target.Host,
            Kind = KindOf(failure),
            ExitStatus = StatusOf(failure),
            Reason = failure.Message,
            Hint = (failure as RemoteShellException)?.Hint,
            Code = (failure as RequestRefusedException)?.Code,
        };
        bool mayRun = verdict.Kind is VerdictKind.Lost or VerdictKind.Unverified;
        return mayRun ? verdict with { Job = target.Job } : verdict;
    }

    private static VerdictKind KindOf(Exception failure) => failure switch
    {
        ConnectFailedException => VerdictKind.Unreachable,
        // The key was revoked after the request was sent.
        UnauthorizedException { WasAccepted: true } => VerdictKind.Lost,
        UnauthorizedException or KeySignerException => VerdictKind.Unauthorized,
        HostKeyException => VerdictKind.HostKey,
        CommandNotStartedException => VerdictKind.NotStarted,
        FileRequestException => VerdictKind.Failed,
        // The job ran, and the server does not have the rest of its output any more.
        RequestRefusedException { Code: ErrorCode.Gone } => VerdictKind.Lost,
        RequestRefusedException => VerdictKind.Refused,
        UnverifiedOutputException => VerdictKind.Unverified,
        RemoteShellException => VerdictKind.Lost,
        // The output cannot be written here.
        _ => VerdictKind.Unverified,
    };

    private static int StatusOf(Exception failure) => failure switch
    {
        CommandNotStartedException known => known.ExitCode,
        RequestRefusedException { Code: ErrorCode.BadRequest } => 2,
        FileRequestException => 1,
        _ => HostVerdict.NoResult,
    };
}
