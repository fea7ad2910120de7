using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Output;

namespace RemoteShell.Cli.Client.Input;

/// <summary>Ctrl+C for the remote command: the first one is passed on to it, the second gives it up. SIGTERM gives it up at once.</summary>
/// <remarks>SIGHUP is no decision of anybody's: the terminal is gone. A running command is left without a goodbye then, so that its policy says what becomes of it.</remarks>
internal sealed class Interrupts : IDisposable
{
    private static readonly TimeSpan TimeToLeave = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _givenUp = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Action? _interrupt;
    private int _count;
    private int _lent;

    public Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, GiveUp),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp),
    ];

    /// <summary>Cancelled when the command is given up.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    /// <summary>From now on the first Ctrl+C calls this; without it the first one gives up.</summary>
    public void PassTo(Action? interrupt)
    {
        Volatile.Write(ref _interrupt, interrupt);
        _count = 0;
    }

    /// <summary>Until what this returns is disposed of, somebody else listens, and all is ignored here.</summary>
    public IDisposable Lend()
    {
        Interlocked.Increment(ref _lent);
        return new Loan(this);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _givenUp.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _lent) > 0)
            return;
        if (Volatile.Read(ref _interrupt) is { } interrupt && Interlocked.Increment(ref _count) == 1)
            interrupt();
        else
            GiveUp();
    }

    private void HangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _interrupt) is not null)
            Environment.Exit(ExitStatus.HungUp);
        GiveUp();
    }

    private void GiveUp(PosixSignalContext context)
    {
        context.Cancel = true;
        GiveUp();
    }

    // Whoever blocks in a write to a terminal or pipe that takes nothing hears of no token; the goodbye has gone by then.
    private void GiveUp()
    {
        new Thread(() =>
        {
            Thread.Sleep(TimeToLeave);
            Environment.Exit(ExitStatus.Interrupted);
        })
        { IsBackground = true }.Start();
        _givenUp.Cancel();
    }

    private sealed class Loan(Interrupts interrupts) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref interrupts._lent);
    }
}
