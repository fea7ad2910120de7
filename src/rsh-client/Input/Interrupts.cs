using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Output;

namespace RemoteShell.Cli.Client.Input;

/// <summary>Handles the signals of this process: the first Ctrl+C goes to the remote command, the second one cancels it.</summary>
/// <remarks>
/// SIGTERM cancels at once, and is the exit status then. SIGHUP means that the terminal is gone, which is not a decision of the user:
/// the program exits without ending the connection properly, and the command's on-disconnect policy applies. While one object has lent
/// its interrupts, another one that is created belongs to a part of the program, such as a line of a prompt: its first Ctrl+C cancels
/// that part, and the program goes on.
/// </remarks>
internal sealed class Interrupts : IDisposable
{
    private static readonly TimeSpan ExitDelay = TimeSpan.FromSeconds(5);

    // Of the process, as its signals are: the last one that cancels decides.
    private static int _status = ExitStatus.Interrupted;

    // Of the process: how many objects have lent their interrupts.
    private static int _loans;

    private readonly CancellationTokenSource _cancelled = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly bool _isPart = Volatile.Read(ref _loans) > 0;
    private volatile bool _isOver;
    private Action? _interrupt;
    private Action<int>? _each;
    private int _count;
    private int _lent;

    public Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp),
    ];

    /// <summary>The exit status of a command that a signal has cancelled: 128 and the signal's number.</summary>
    public static int CancelledStatus => Volatile.Read(ref _status);

    /// <summary>Cancelled by the second Ctrl+C, or by SIGTERM.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>From now on the first Ctrl+C calls <paramref name="interrupt"/>. If it is null, the first one cancels.</summary>
    public void PassTo(Action? interrupt)
    {
        Volatile.Write(ref _each, null);
        Volatile.Write(ref _interrupt, interrupt);
        _count = 0;
    }

    /// <summary>From now on each Ctrl+C calls <paramref name="interrupt"/> with its number, from 1. None of them cancels.</summary>
    public void PassEachTo(Action<int> interrupt)
    {
        PassTo(() => { });
        Volatile.Write(ref _each, interrupt);
    }

    /// <summary>Ignores Ctrl+C until the result is disposed of, while another object handles it.</summary>
    public IDisposable Lend()
    {
        Interlocked.Increment(ref _lent);
        Interlocked.Increment(ref _loans);
        return new Loan(this);
    }

    /// <summary>Exits as at SIGHUP. The terminal can end before the signal comes, and a program that ignores it gets none.</summary>
    public static void HangUp() => Environment.Exit(ExitStatus.HungUp);

    public void Dispose()
    {
        _isOver = true;
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _cancelled.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _lent) > 0)
            return;
        if (Volatile.Read(ref _each) is { } each)
            each(Interlocked.Increment(ref _count));
        else if (Volatile.Read(ref _interrupt) is { } interrupt && Interlocked.Increment(ref _count) == 1)
            interrupt();
        else
            Cancel(ExitStatus.Interrupted);
    }

    private void HangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _interrupt) is not null)
            HangUp();
        Cancel(ExitStatus.HungUp);
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        Cancel(ExitStatus.Terminated);
    }

    // A thread that blocks in a write to a terminal or pipe does not see the token. Exit after a delay, so that the client can first tell
    // the server to end the command. A part of the program gets the time that it needs, unless the user asks again.
    private void Cancel(int status)
    {
        Volatile.Write(ref _status, status);
        if (!_isPart || _cancelled.IsCancellationRequested)
            new Thread(ExitLater) { IsBackground = true }.Start();
        _cancelled.Cancel();
    }

    private void ExitLater()
    {
        Thread.Sleep(ExitDelay);
        if (!_isPart || !_isOver)
            Environment.Exit(CancelledStatus);
    }

    private sealed class Loan(Interrupts interrupts) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref interrupts._lent);
            Interlocked.Decrement(ref _loans);
        }
    }
}
