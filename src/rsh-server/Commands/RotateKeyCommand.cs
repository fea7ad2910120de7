using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Failures;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server rotate-key</c>: replaces the host key, after clients have learned the next one.</summary>
internal static class RotateKeyCommand
{
    private static readonly TimeSpan DefaultTime = TimeSpan.FromDays(14);

    private static readonly Option<TimeSpan?> After = DurationOption.Create(
        "--after", "When the server begins to use the next key [14d]. Clients that connect until then learn it.");

    private static readonly Option<bool> Now = new("--now")
    {
        Description = "Use the next key at once. Clients that have not learned it refuse the server.",
    };

    public static Command Create()
    {
        var command = new Command("rotate-key", "Make the next host key, announce it to clients, and use it later.") { After, Now };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Now) && result.GetResult(After) is not null)
                result.AddError("--now and --after contradict each other");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken token)
    {
        var options = new ServerOptions();
        try
        {
            if (parsed.GetValue(Now))
                ShowUsed(await HostKeyRotation.UseNowAsync(options, token));
            else
                ShowPlanned(await HostKeyRotation.PlanAsync(options, parsed.GetValue(After) ?? DefaultTime, token));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot write the host key in {options.Folder}: {FileFailure.ReasonOf(e)}", e)
            {
                Hint = "let this user write to the folder, and make room on its disk",
            };
        }
    }

    // The key on standard output, for a certificate.
    private static void ShowPlanned(HostKeyPlan plan)
    {
        string time = plan.From.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        Console.Error.WriteLine($"the host key is {plan.Former.Fingerprint} until {time}, and {plan.Next.Fingerprint} then");
        Console.Error.WriteLine(plan.IsServerRunning
            ? "the server announces it: clients that know the present key and connect until then learn it"
            : "no server runs: it announces the key from its next start on");
        WarnOfInvitations(plan, "then");
        Console.Out.WriteLine(plan.Next);
    }

    private static void ShowUsed(HostKeyPlan plan)
    {
        Console.Error.WriteLine($"the host key is {plan.Next.Fingerprint} now; it was {plan.Former.Fingerprint}");
        Console.Error.WriteLine(plan.WasPlanned
            ? "clients that have not learned it refuse the server: on them, THE KEY HAS CHANGED"
            : "clients that knew the former key refuse the server: on them, THE KEY HAS CHANGED");
        WarnOfInvitations(plan, "from now on");
        Console.Out.WriteLine(plan.Next);
    }

    // An invitation names the key of the server.
    private static void WarnOfInvitations(HostKeyPlan plan, string when)
    {
        if (plan.EndedInvitations == 0)
            return;
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"invitations that were made before and fail {when}: {plan.EndedInvitations}; make others with: rsh-server invite"));
    }
}
