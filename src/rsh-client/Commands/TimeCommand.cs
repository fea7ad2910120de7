using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client time</c>: what the server's clock says, and how far it is from this one.</summary>
internal static class TimeCommand
{
    // The quickest of a few is the one that says most about the clock.
    private const int Questions = 5;

    public static Command Create()
    {
        var command = new Command("time", "Print the server's time, and how far its clock is ahead of this one.") { HostOptions.Host };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        RoundTrip? best = null;
        for (int i = 0; i < Questions; i++)
            if (await client.PingAsync(interrupts.GivenUp) is var trip && (best is null || trip.Time < best.Time))
                best = trip;
        if (best is not { Offset: { } offset })
            throw new RemoteShellException("the server does not tell its time") { Hint = "it may be older than this client; ask its system: rsh-client run HOST date" };
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow + offset:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}  {PingCommand.Offset(offset, best.Time)}"));
        return 0;
    }
}
