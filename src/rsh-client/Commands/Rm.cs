using System.CommandLine;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client rm</c>: has a job forgotten.</summary>
internal static class Rm
{
    public static Command Create()
    {
        var command = new Command("rm", "Forget a job that has ended, with what it wrote.") { HostFlags.Host, JobFlags.Job, JobFlags.Json };
        HostFlags.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string job = parsed.GetValue(JobFlags.Job)!;
        ClientOptions options = HostFlags.Options(parsed, parsed.GetValue(HostFlags.Host)!, Terminal.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostFlags.ConnectAsync(options, interrupts.GivenUp);
        try
        {
            await client.ForgetAsync(job, interrupts.GivenUp);
        }
        catch (RequestRefusedException e)
        {
            return Terminal.Fail(ExitStatus.Failed, e.Message, e.Cure);
        }

        if (parsed.GetValue(JobFlags.Json))
            JobsReport.Write(job, "forgotten", StandardStreams.Output);
        return 0;
    }
}
