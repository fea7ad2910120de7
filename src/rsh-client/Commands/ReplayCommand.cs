using System.CommandLine;
using System.Globalization;
using System.Text;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client replay</c>: plays what <c>shell --record</c> or <c>rsh-server run --record-dir</c> recorded.</summary>
internal static class ReplayCommand
{
    private const string StandardInput = "-";

    private static readonly Argument<string> Recording = new Argument<string>("FILE")
    {
        Description = "An asciicast, version 2 or 3; - reads standard input.",
    }.NotEmpty();
    private static readonly Option<string> Speed = new("--speed")
    {
        Description = "Play N times as fast, from 0.01 to 1000 [1].",
        HelpName = "N",
    };
    private static readonly Option<TimeSpan?> IdleLimit = HostOptions.DurationFlag(
        "--idle-limit", "Shorten longer pauses to this time [no limit].");

    public static Command Create()
    {
        var command = new DocumentedCommand("replay", "Play a recorded terminal.")
        {
            Details = ["Plays what 'rsh-client shell --record' or 'rsh-server run --record-dir' recorded. Ctrl+C ends it."],
            Examples = ["replay --speed 2 --idle-limit 1s work.cast"],
        };
        command.Add(Recording);
        command.Add(Speed);
        command.Add(IdleLimit);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => RunAsync(parsed)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        double speed = SpeedOf(parsed.GetValue(Speed) ?? "1");
        double longest = parsed.GetValue(IdleLimit)?.TotalSeconds ?? double.MaxValue;
        string path = parsed.GetValue(Recording)!;
        using var interrupts = new Interrupts();
        using TextReader recording = Open(path);
        try
        {
            if (LocalTerminal.ShowsOutput)
                await PlayOnTerminalAsync(PlayAsync, path, interrupts);
            else
                await PlayAsync(StandardStreams.Output, interrupts.Cancelled);
            return 0;
        }
        catch (FormatException e)
        {
            return UserMessages.Fail(ExitStatus.Failed, e.Message, null);
        }

        Task PlayAsync(Stream output, CancellationToken cancellationToken)
            => AsciicastPlayer.PlayAsync(recording, output, speed, longest, cancellationToken);
    }

    // The terminal gets its modes back, however the recording ends.
    private static async Task PlayOnTerminalAsync(Func<Stream, CancellationToken, Task> play, string path, Interrupts interrupts)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled);
        var screen = new Screen(StandardStreams.Output, recording: null);
        bool hasKeys = path != StandardInput && LocalTerminal.IsThere;
        // A recording may switch on a keyboard protocol in which Ctrl+C sends no signal, or ask the terminal for reports.
        await using var keyboard = new Keyboard(new([]) { LeaveKey = Escapes.ControlC }, Leave, before: default);
        using LocalTerminal? waiting = hasKeys ? LocalTerminal.Enter(TerminalMode.Waiting) : null;
        if (hasKeys)
            keyboard.Start();
        screen.Open("");
        try
        {
            await play(screen, left.Token);
            screen.End();
        }
        catch
        {
            screen.Leave();
            throw;
        }

        void Leave(Escape escape)
        {
            if (escape is Escape.Detach or Escape.End)
                left.Cancel();
        }
    }

    private static double SpeedOf(string text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double speed);
        if (!isNumber || speed is not (>= 0.01 and <= 1000))
            throw new FormatException($"--speed takes a number from 0.01 to 1000, not '{text}'");
        return speed;
    }

    private static TextReader Open(string path)
    {
        try
        {
            return new StreamReader(path == StandardInput ? StandardStreams.Input : File.OpenRead(path), Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot read the recording: {FileFailure.Describe(e)}", e);
        }
    }
}
