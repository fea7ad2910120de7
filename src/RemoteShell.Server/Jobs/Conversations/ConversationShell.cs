using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The shell of a conversation. It runs one line at a time; others wait for their turn.</summary>
/// <param name="dialect">What to write to the shell.</param>
/// <param name="folder">Where the lines have their pipes.</param>
/// <param name="encoding">The encoding of lines and folders.</param>
/// <param name="grace">The time between TERM and KILL, and between KILL and the end of the shell itself.</param>
internal sealed class ConversationShell(ShellDialect dialect, LineFolder folder, Encoding encoding, TimeSpan grace)
{
    private const char Restricted = 'r';

    private const int Kill = 9, Interrupt = 2, Quit = 3, HangUp = 1, Terminate = 15;

    // Some shells that drop an interrupted line tell the status of its last command, and others 2 (zsh) or 256 (ksh93).
    private const int FirstSignal = 128, KshWithoutSignal = 256;

    // The output of a command of the server's own that is read at most, in bytes.
    private const int MaxCaptured = 1024 * 1024;

    // Some shells drop what they have read of their input when they are interrupted: then ask again for the status.
    private static readonly TimeSpan FirstAsk = TimeSpan.FromMilliseconds(20), LastAsk = TimeSpan.FromSeconds(5);

    // How often to look whether a shell that does not answer waits for input. After the second time in a row it is ended.
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1), LastLook = TimeSpan.FromSeconds(10);
    private const int LooksUntilSilent = 2;

    // The number of read(2), as /proc tells it.
    private static readonly string ReadCall = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "0" : "63";

    // How many interrupts of a line are followed to their effect at the same time. The others are only sent.
    private const int MostInterrupts = 4;

    // KILL must have its effect, at least.
    private static readonly TimeSpan LeastKillTime = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource<Stream> _input = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _inputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<StatusRecord> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _led = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProcessExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ShellErrors _errors = new();
    private readonly Lock _gate = new();

    // All guarded by _gate. The line and its processes are null between lines.
    private ShellLine? _current;
    private LineProcesses? _processes;
    private int _shell;
    private (int Sequence, TaskCompletionSource<StatusRecord> Answered) _question = (0, new());

    // All change in the turn of a line only. A pipe is null until a line needs it.
    private int _sequence;
    private int _status;
    private bool _mayTrapErrors;
    private LinePipe? _output, _error;

    // Set by a trap that runs at each command: the shell's own output has that of the commands around a line too.
    private volatile bool _dropsOther;

    private volatile string _workingFolder = "";
    private volatile string _options = "";
    private volatile string? _inputPipe;

    /// <summary>The path of the shell.</summary>
    public string Program => dialect.Program;

    /// <summary>The working directory, as the shell told it last; empty before the first time.</summary>
    public string WorkingFolder => _workingFolder;

    /// <summary>Completes when the shell is ready for lines, or has ended.</summary>
    public Task Ready => Task.WhenAny(Task.WhenAll(_started.Task, _led.Task), _ended.Task);

    /// <summary>What processes write that lines left in the background.</summary>
    /// <remarks>Set before the shell starts.</remarks>
    public LateOutput Late { get; set; } = LateOutput.None;

    /// <summary>Sets the exit status that the next line finds in <c>$?</c>, after a line that no shell ran.</summary>
    public void SetStatus(int status) => Volatile.Write(ref _status, status);

    /// <summary>Writes the shell's standard input, until the shell is to end or has ended.</summary>
    public async Task FeedAsync(Stream pipe, CancellationToken gone)
    {
        await pipe.WriteAsync(encoding.GetBytes($"{dialect.Prelude}\n{dialect.TellStatus(0)}"), gone);
        await pipe.FlushAsync(gone);
        _input.TrySetResult(pipe);
        await _inputEnded.Task.WaitAsync(gone);
        // No write may be under way when the pipe is closed.
        await _writing.WaitAsync(gone);
        _writing.Release();
    }

    /// <summary>Reads what the shell tells on its own standard output.</summary>
    public async Task ReadAsync(Stream pipe, CancellationToken gone)
    {
        var reader = new StatusReader(encoding);
        await new PipeDrain(TimeSpan.Zero, () => RoomAsync(reader), count => Take(reader, count)).ReadAllAsync(pipe, gone);
        // Some shells run a trap for their exit after they have restored their own standard output.
        await WriteOtherAsync(reader.TakeOther());
        await WriteOtherAsync(reader.Rest);
        // A shell that has closed its standard output can run no more lines. At the end of its input it ends.
        EndInput();
    }

    /// <summary>Reads what the shell writes on its own standard error.</summary>
    /// <remarks>At a prompt it has the shell's prompts too, and is dropped.</remarks>
    public Task ReadErrorAsync(Stream pipe, CancellationToken gone)
        => dialect.IsInteractive ? new CapturedBytes(0).Drain().ReadAllAsync(pipe, gone) : _errors.ReadAsync(pipe, Late, gone);

    /// <summary>Notes the process id of the shell.</summary>
    public void SetShell(int pid)
    {
        lock (_gate)
            _shell = pid;
        _inputPipe = LinkOf(pid, "fd/0");
        _led.TrySetResult();
    }

    /// <summary>Notes that the shell has ended.</summary>
    public void SetEnded(ProcessExit exit)
    {
        _ended.TrySetResult(exit);
        EndInput();
    }

    /// <summary>Removes the pipes when the last line is over. Call after <see cref="SetEnded"/>.</summary>
    public async Task RemovePipesAsync()
    {
        await _turn.WaitAsync();
        foreach (LinePipe pipe in new[] { _output, _error }.OfType<LinePipe>())
        {
            pipe.Dispose();
            await pipe.Stream.DisposeAsync();
        }

        (_output, _error) = (null, null);
        _turn.Release();
    }

    /// <summary>Ends the shell's standard input: the shell ends when it has run what it has read.</summary>
    public void EndInput() => _inputEnded.TrySetResult();

    /// <summary>Runs a line when it is its turn.</summary>
    public async Task<LineEnd> RunAsync(ShellLine line)
    {
        try
        {
            await _turn.WaitAsync(line.Cancelled);
        }
        catch (OperationCanceledException)
        {
            return NotBegun();
        }

        try
        {
            LineEnd end = await RunInTurnAsync(line);
            if (end.Told is { Status: { } status })
                _status = status;
            return end;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs a command of the server's own between two lines, and returns its output; null if it does not end well.</summary>
    /// <param name="text">The command. It does not change the status that the next line finds.</param>
    /// <param name="patience">How long to wait for a line that runs, and for the command.</param>
    public async Task<string?> CaptureAsync(string text, TimeSpan patience)
    {
        if (!await _turn.WaitAsync(patience))
            return null;
        try
        {
            var captured = new CapturedBytes(MaxCaptured);
            var line = new ShellLine($"{{\n{text}\n}} || :", captured.Drain(), new CapturedBytes(0).Drain());
            using var time = new CancellationTokenSource(patience);
            await using CancellationTokenRegistration late = time.Token.UnsafeRegister(_ => Signal(line, Interrupt), null);
            LineEnd end = await RunInTurnAsync(line);
            return end.Told is null || captured.IsCut ? null : encoding.GetString(captured.Bytes);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The commands that list names, and that print the state for another shell.</summary>
    public ShellDialect Dialect => dialect;

    /// <summary>The working directory as the system tells it; null where it does not.</summary>
    public string? SystemFolder() => LinkOf(ShellPid(), "cwd");

    private static string? LinkOf(int pid, string name)
    {
        try
        {
            return new FileInfo($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{name}").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Sends a signal to what the line runs; false if it has ended.</summary>
    /// <remarks>
    /// INT interrupts the shell too, which goes on. TERM and KILL end the line; a shell that does not give it up is killed.
    /// </remarks>
    public bool Signal(ShellLine line, int number)
    {
        lock (_gate)
        {
            if (line.Told.IsCompleted || _ended.Task.IsCompleted)
                return false;
            if (_current == line && _processes is { } processes)
                Signal(line, processes, number);
            else
                line.Cancel();
            return true;
        }
    }

    // Called under _gate: the line has not ended, so its end waits for the signal. A client may send thousands of signals, so the work that
    // they start is limited.
    private void Signal(ShellLine line, LineProcesses processes, int number)
    {
        switch (number)
        {
            case Interrupt:
                SendInterrupt(line, processes);
                break;
            case Terminate or Kill or HangUp or Quit:
                line.TrySend(number, place: 0, () => EndAsync(line, processes, number));
                break;
            default:
                // Each time to all processes: the list of those that had a signal is for the signals that end the line.
                var all = new LineProcesses(_shell, line.Began);
                line.SendInTurn(number, () => SendAsync(all, number));
                break;
        }
    }

    private async Task<LineEnd> RunInTurnAsync(ShellLine line)
    {
        await Ready;
        if (_ended.Task.IsCompleted)
            return new() { Fault = "the shell of the conversation has ended" };
        if (_options.Contains(Restricted, StringComparison.Ordinal))
            return new() { Fault = "the shell is restricted (set -r), so the output of a line cannot be told apart; leave with :exit" };
        line.Sequence = ++_sequence;
        try
        {
            _output = OpenOrCreate(_output);
            _error = OpenOrCreate(_error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new() { Fault = e.Message };
        }

        if (TryBegin(line))
            return await RunAsync(line, _output, _error);
        _output.EndWriting();
        _error.EndWriting();
        return NotBegun();
    }

    // False if a signal came before: while the line waited, or got its pipes. Later ones go to the processes of the line.
    private bool TryBegin(ShellLine line)
    {
        lock (_gate)
        {
            if (line.Cancelled.IsCancellationRequested)
                return false;
            line.Began = Stopwatch.GetTimestamp();
            _current = line;
            _processes = new(_shell, line.Began);
            return true;
        }
    }

    private static LineEnd NotBegun() => new() { Fault = "it was interrupted before it began", WasCancelled = true };

    private async Task<LineEnd> RunAsync(ShellLine line, LinePipe output, LinePipe error)
    {
        using var over = new CancellationTokenSource();
        Task reading = Task.WhenAll(line.Output.ReadAllAsync(output.Stream, over.Token), line.Error.ReadAllAsync(error.Stream, over.Token));
        _mayTrapErrors |= ShellDialect.MayTrapErrors(line.Text);
        if (ShellDialect.MayTrapCommands(line.Text))
        {
            _dropsOther = true;
            _errors.Drop();
        }

        bool isInBraces = dialect.NeedsBraces(_options, _mayTrapErrors) && await CanBeInBracesAsync(line, output, error);
        await WriteAsync(line, dialect.Run(line.Sequence, _status, line.Text, isInBraces, output.Path, error.Path));
        string? silence = await AnsweredAsync(line);
        lock (_gate)
            (_current, _processes) = (null, null);
        // A signal that is still on its way must not reach the next line.
        await line.SignalledAsync();
        if (line.WasInterrupted)
            await SettleAsync();
        output.EndWriting();
        error.EndWriting();
        if (!output.IsHungUp || !error.IsHungUp)
            await over.CancelAsync();
        await reading;
        List<string> held = [];
        if (line.Output.WasHeld)
            held.Add("stdout");
        if (line.Error.WasHeld)
            held.Add("stderr");
        _output = PassOn(output, line.Output, Late.ReadOutput);
        _error = PassOn(error, line.Error, Late.ReadError);

        // A shell that told the status and ended at once did both; the status counts.
        if (!line.Told.IsCompleted)
            return new() { ShellExit = await _ended.Task, Reason = silence, Held = held };
        StatusRecord told = await line.Told;
        told = told with { Folder = TrueFolder(told.Folder) };
        if (line.WasInterrupted && !told.IsComplete && told.Status is <= FirstSignal or KshWithoutSignal)
            told = told with { Status = FirstSignal + Interrupt };
        (_workingFolder, _options) = (told.Folder, told.Options);
        return new() { Told = told, Held = held };
    }

    private async Task WriteAsync(ShellLine line, string command)
    {
        if (!dialect.IsInteractive)
        {
            await WriteAsync(command);
            return;
        }

        // At an interrupt and at an error the shell drops the line, with the message for its status.
        string status = dialect.TellStatus(line.Sequence);
        if (!dialect.ReadsAhead)
        {
            await WriteAsync($"{command}{status}");
            return;
        }

        // The shell would drop the question for the status too, together with a line that it cannot parse.
        await WriteAsync($"{dialect.TellBegun(line.Sequence).TrimEnd()}; {command}");
        await Task.WhenAny(line.Begun, _ended.Task);
        await WriteAsync(status);
    }

    // A text that cannot stand in braces is a syntax error, or nothing but a comment. Its message is on standard error then.
    private async Task<bool> CanBeInBracesAsync(ShellLine line, LinePipe output, LinePipe error)
    {
        Task<StatusRecord> answer = Ask(++_sequence);
        await WriteAsync(dialect.Check(_sequence, line.Text, output.Path, error.Path));
        await Task.WhenAny(answer, _ended.Task);
        return answer.IsCompletedSuccessfully && (await answer).Status == 0;
    }

    // Expects a record with this number.
    private Task<StatusRecord> Ask(int sequence)
    {
        lock (_gate)
        {
            _question = (sequence, new(TaskCreationOptions.RunContinuationsAsynchronously));
            return _question.Answered.Task;
        }
    }

    // Waits until the shell has told the status, or has ended. A shell that has read everything and does not answer is ended: returns why.
    private async Task<string?> AnsweredAsync(ShellLine line)
    {
        int silent = 0;
        for (TimeSpan wait = FirstLook; await RunsAfterAsync(line, wait); wait = Min(wait * 2, LastLook))
        {
            silent = IsWaitingForInput() ? silent + 1 : 0;
            if (silent < LooksUntilSilent)
                continue;
            new LineProcesses(ShellPid(), line.Began).SignalShell(Kill);
            await Task.WhenAny(line.Told, _ended.Task);
            return "the shell did not answer any more: its eval, printf, builtin or command was redefined or switched off";
        }

        return null;
    }

    // Whether the shell is inside read(2) of the pipe that it gets lines from. False where the system does not tell.
    private bool IsWaitingForInput()
    {
        int shell = ShellPid();
        string[] call = ProcessTable.ReadFile(shell, "syscall").Split(' ');
        if (call.Length < 2 || call[0] != ReadCall || !call[1].StartsWith("0x", StringComparison.Ordinal))
            return false;
        bool isNumber = int.TryParse(call[1].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int descriptor);
        string? source = isNumber ? LinkOf(shell, $"fd/{descriptor.ToString(CultureInfo.InvariantCulture)}") : null;
        return source is not null && source == _inputPipe;
    }

    private int ShellPid()
    {
        lock (_gate)
            return _shell;
    }

    // The shell's own words, unless they name another folder: a user can set PWD, and print of mksh changes what it prints.
    private string TrueFolder(string told)
    {
        if (told.Length > 0 && told == _workingFolder)
            return told;
        string? system = SystemFolder();
        return system is null || IsSystemFolder(told) ? told : system;
    }

    private bool IsSystemFolder(string told)
    {
        try
        {
            using Folder one = Folder.Open(encoding.GetBytes(told));
            using Folder other = Folder.Open(Encoding.ASCII.GetBytes($"/proc/{ShellPid().ToString(CultureInfo.InvariantCulture)}/cwd"));
            return one.Self().IsSameFile(other.Self());
        }
        catch (FileException)
        {
            return false;
        }
    }

    // The pipe of the line before, unless its path was deleted meanwhile.
    private LinePipe OpenOrCreate(LinePipe? last)
    {
        if (last?.TryOpenWriting() == true)
            return last;
        last?.Dispose();
        last?.Stream.Dispose();
        return LinePipe.Create(folder.NextPath());
    }

    // Returns the pipe for the next line; null if processes of this line hold it: what they write belongs to the conversation.
    private static LinePipe? PassOn(LinePipe pipe, PipeDrain drain, Action<Stream> readOn)
    {
        if (!drain.WasHeld)
            return pipe;
        pipe.Dispose();
        readOn(pipe.Stream);
        return null;
    }

    private void Take(StatusRecord record)
    {
        if (record.Sequence == 0)
        {
            _workingFolder = record.Folder;
            _started.TrySetResult(record);
            return;
        }

        ShellLine? line;
        lock (_gate)
        {
            line = _current;
            if (record.Sequence == _question.Sequence)
                _question.Answered.TrySetResult(record);
        }

        if (line?.Sequence == record.Sequence)
            line.Take(record);
    }

    // What the reader found up to now goes on first.
    private async ValueTask<Memory<byte>> RoomAsync(StatusReader reader)
    {
        await WriteOtherAsync(reader.TakeOther());
        await _errors.PassOnAsync(Late);
        return reader.Room;
    }

    private Task WriteOtherAsync(ReadOnlyMemory<byte> text) => _dropsOther ? Task.CompletedTask : Late.WriteOutputAsync(text);

    private void Take(StatusReader reader, int count)
    {
        bool wasStarted = _started.Task.IsCompleted;
        foreach (StatusRecord record in reader.Take(count))
        {
            _errors.Take(record);
            Take(record);
        }

        // Before the first record BusyBox introduces itself.
        if (!wasStarted)
            reader.TakeOther();
    }

    // A shell that has ended reads no more; that is not an error here.
    private async Task WriteAsync(string text)
    {
        Stream input = await _input.Task;
        await _writing.WaitAsync();
        try
        {
            if (_inputEnded.Task.IsCompleted)
                return;
            await input.WriteAsync(encoding.GetBytes(text));
            await input.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            EndInput();
        }
        finally
        {
            _writing.Release();
        }
    }

    private void SendInterrupt(ShellLine line, LineProcesses processes)
    {
        int place = 0;
        while (place < MostInterrupts && !line.TrySend(Interrupt, place, () => InterruptAsync(line, processes)))
            place++;
        if (place == MostInterrupts)
            line.TrySend(Interrupt, place, () => InterruptOnceAsync(processes));
    }

    private static Task SendAsync(LineProcesses processes, int number)
    {
        processes.Signal(number);
        return Task.CompletedTask;
    }

    private static Task InterruptOnceAsync(LineProcesses processes)
    {
        processes.InterruptAll();
        return Task.CompletedTask;
    }

    private async Task InterruptAsync(ShellLine line, LineProcesses processes)
    {
        await processes.StartedAsync();
        if (!await RunsAfterAsync(line, TimeSpan.Zero))
            return;
        long interrupted = Stopwatch.GetTimestamp();
        line.WasInterrupted = true;
        processes.InterruptAll();
        for (TimeSpan wait = FirstAsk; await RunsAfterAsync(line, wait); wait = Min(wait * 2, LastAsk))
        {
            if (wait < LastAsk / 10)
                processes.InterruptAgain(interrupted);
            if (dialect.EndsWait != 0)
                processes.SignalShell(dialect.EndsWait);
            await WriteAsync(dialect.TellStatus(line.Sequence));
        }
    }

    // mksh may tell the status of a line before it acts on the interrupt, and would then drop the next line that it has read.
    private async Task SettleAsync()
    {
        int sequence = ++_sequence;
        Task answered = Ask(sequence);
        for (TimeSpan wait = FirstAsk; wait < LastAsk / 5 && !answered.IsCompleted && !_ended.Task.IsCompleted; wait *= 2)
        {
            await WriteAsync(dialect.TellStatus(sequence));
            await Task.WhenAny(answered, _ended.Task, Task.Delay(wait));
        }
    }

    // Ends what the line runs, and at last the shell, if it does not give the line up.
    private async Task EndAsync(ShellLine line, LineProcesses processes, int signal)
    {
        long begin = Stopwatch.GetTimestamp();
        TimeSpan killTime = grace > LeastKillTime ? grace : LeastKillTime;
        TimeSpan toKill = signal == Kill ? TimeSpan.Zero : grace;
        line.WasInterrupted = true;
        processes.InterruptAll();
        processes.Signal(signal);
        for (TimeSpan wait = FirstAsk; await RunsAfterAsync(line, wait); wait = Min(wait * 2, LastAsk / 10))
        {
            TimeSpan passed = Stopwatch.GetElapsedTime(begin);
            processes.InterruptAll();
            processes.Signal(passed >= toKill ? Kill : signal);
            await WriteAsync(dialect.TellStatus(line.Sequence));
            if (passed >= toKill + killTime)
                processes.SignalShell(Kill);
        }
    }

    private async Task<bool> RunsAfterAsync(ShellLine line, TimeSpan time)
    {
        await Task.WhenAny(line.Told, _ended.Task, Task.Delay(time));
        return !line.Told.IsCompleted && !_ended.Task.IsCompleted;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
