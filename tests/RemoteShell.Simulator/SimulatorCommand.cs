using System.CommandLine;
using System.Runtime.InteropServices;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Simulator;

/// <summary>The command line of the simulator.</summary>
internal static class SimulatorCommand
{
    private const string Collect = "collect", Collected = "collected";

    private static readonly Option<string> Url = new("--url")
    {
        Description = "The broker: nats://HOST:4222.",
        HelpName = "URL",
        Required = true,
    };

    private static readonly Option<int> Hosts = new("--hosts")
    {
        Description = "How many hosts.",
        HelpName = "N",
        Required = true,
    };

    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "The hosts are named PREFIX1, PREFIX2, …",
        HelpName = "PREFIX",
        DefaultValueFactory = _ => "sim",
    };

    private static readonly Option<string> Key = new("--authorized-key")
    {
        Description = "The key that may run commands, as rsh-client pubkey prints it.",
        HelpName = "KEY",
        Required = true,
    };

    private static readonly Option<int> Hold = new("--hold")
    {
        Description = "Hold the answers of the last N hosts until another line comes on standard input.",
        HelpName = "N",
    };

    private static readonly Option<bool> Announce = new("--announce") { Description = "List the hosts at the broker." };

    public static RootCommand Create()
    {
        var command = new RootCommand(
            "Simulate hosts behind a NATS broker, in one process. Each has a connection to the broker and a host key of its own. It checks "
            + "signature, key, targets and time of a request, and signs a result whose output is the command. It starts no process. At "
            + "SIGTERM or the end of its input it prints how many commands ran, on how many hosts, and how many times at most one host "
            + "started the command of one run. It collects garbage when it is ready, and a second after each request, so that a request is "
            + $"not measured with the garbage of all hosts; a line '{Collect}' does so at once.")
        {
            Url, Hosts, Prefix, Key, Announce, Hold, PumpCommand.Create(),
        };
        ReadyFile.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string text = parsed.GetRequiredValue(Key);
        string bare = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
        if (!PublicKey.TryParse(bare, out PublicKey? key))
            throw new RemoteShellException($"'{text}' is not a key") { Hint = "print it: rsh-client pubkey" };
        ReadyFile.Remove(parsed);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var fleet = new SimulatedFleet
        {
            Url = parsed.GetRequiredValue(Url),
            Authorized = key!,
            IsAnnounced = parsed.GetValue(Announce),
            Held = parsed.GetValue(Hold),
        };
        await fleet.StartAsync(parsed.GetRequiredValue(Hosts), parsed.GetRequiredValue(Prefix), stopping.Token);
        GarbagePause.Begin(fleet);
        Console.WriteLine($"ready: {fleet.Count} hosts, {Environment.WorkingSet / 1024 / 1024} MiB");
        ReadyFile.Write(parsed);
        _ = Task.Run(() => ReadInput(fleet, stopping), CancellationToken.None);
        _ = GarbagePause.KeepAsync(fleet, stopping.Token);
        await fleet.RunAsync(stopping.Token);
        Console.WriteLine($"ran: {fleet.Starts}");
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    private static void ReadInput(SimulatedFleet fleet, CancellationTokenSource stopping)
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line != Collect)
            {
                fleet.Release();
                continue;
            }

            GarbagePause.Begin(fleet);
            Console.WriteLine(Collected);
        }

        stopping.Cancel();
    }
}
