using System.CommandLine;
using System.Globalization;
using System.Text;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client replay</c>: plays what <c>shell --record</c> or <c>rsh-server run --record-dir</c> took down.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> Recording = new("FILE") { Description = "An asciicast of version 3 or 2; - is standard input." };
    private static readonly Option<string> Speed = new("--speed") { Description = "So many times as fast, from 0.01 to 1000. Default: 1.", HelpName = "N" };
    private static readonly Option<TimeSpan?> IdleLimit = HostOptions.DurationFlag("--idle-limit", "The longest pause. Default: as long as it was.");

    public static Command Create()
    {
        var command = new Command("replay", "Play a recorded session at the pace at which it happened.") { Recording, Speed, IdleLimit };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        double speed = SpeedOf(parsed.GetValue(Speed) ?? "1");
        double longest = parsed.GetValue(IdleLimit)?.TotalSeconds ?? double.MaxValue;
        using var interrupts = new Interrupts();
        using TextReader recording = Open(parsed.GetValue(Recording)!);
        Stream output = StandardStreams.Output;
        try
        {
            foreach (AsciicastEvent next in AsciicastReader.Read(recording))
            {
                await PauseAsync(Math.Min(next.Interval, longest) / speed, interrupts.GivenUp);
                if (next.Kind == "o")
                    output.Write(Encoding.UTF8.GetBytes(next.Data));
            }

            return 0;
        }
        catch (FormatException e)
        {
            return UserMessages.Fail(ExitStatus.Failed, e.Message, null);
        }
    }

    // A timer of the framework reaches 49 days.
    private static Task PauseAsync(double seconds, CancellationToken cancellationToken)
        => seconds > 0.0005 ? Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, 4_000_000)), cancellationToken) : Task.CompletedTask;

    private static double SpeedOf(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double speed) && speed is >= 0.01 and <= 1000 ? speed : throw new FormatException($"--speed takes a number from 0.01 to 1000, and not '{text}'");

    private static TextReader Open(string path)
    {
        try
        {
            return new StreamReader(path == "-" ? Console.OpenStandardInput() : File.OpenRead(path), Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot read the recording: {e.Message}", e);
        }
    }
}
