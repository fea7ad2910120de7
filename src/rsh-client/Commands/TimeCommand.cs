using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client time</c>: prints the server's time, and the offset of its clock.</summary>
internal static class TimeCommand
{
    // Of several round trips the shortest has the smallest error.
    private const int RoundTrips = 5;

    public static Command Create()
    {
        var command = new DocumentedCommand("time", "Print the server's time, and the offset of its clock.")
        {
            Details =
            [
                "The offset is the server's clock minus the local one, in milliseconds, with its largest error (half of the round trip): " +
                "-0.010 ms (± 0.034) is a clock that is 0.010 ms behind the local one.",
            ],
        };
        command.Add(HostOptions.Host);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(
            () => ClientCommand.RunAsync(OptionsOf(parsed), (client, interrupts) => RunAsync(client, interrupts))));
        return command;
    }

    // A kept connection would answer for the server.
    private static ClientOptions OptionsOf(ParseResult parsed)
        => HostOptions.OnOwnConnection(HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say));

    private static async Task<int> RunAsync(RemoteShellClient client, Interrupts interrupts)
    {
        RoundTrip? best = null;
        for (int i = 0; i < RoundTrips; i++)
        {
            RoundTrip trip = await client.PingAsync(interrupts.Cancelled);
            if (best is null || trip.Time < best.Time)
                best = trip;
        }

        if (best is not { Offset: { } offset })
        {
            throw new RemoteShellException("the server did not send its time")
            {
                Hint = "it may be older than this client; ask its system: rsh-client run HOST date",
            };
        }

        DateTimeOffset time = DateTimeOffset.UtcNow + offset;
        StandardText.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}  {PingCommand.Offset(offset, best.Time)}"));
        return 0;
    }
}
