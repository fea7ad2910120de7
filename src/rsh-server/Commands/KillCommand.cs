using System.CommandLine;
using RemoteShell.Cli.Server.Output;
using RemoteShell.Protocol;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server kill</c>: ends jobs of any key.</summary>
internal static class KillCommand
{
    private static readonly Argument<string[]> Jobs = new("JOB")
    {
        Description = "The id of a job, or its beginning, from 'rsh-server jobs'.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Signal = new("--signal")
    {
        Description = "Send this signal, such as HUP or USR1, and end nothing [TERM, and KILL after --kill-grace of the server].",
        HelpName = "NAME",
    };

    private static readonly Option<string> Key = new("--key")
    {
        Description = "End jobs of this key only.",
        HelpName = "FINGERPRINT",
    };

    public static Command Create()
    {
        var command = new Command("kill", "End jobs of any key. Their clients learn that the server's administrator did it.")
        {
            Jobs, Signal, Key,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string folder = new ServerOptions().StateFolder;
        int status = 0;
        foreach (string job in parsed.GetValue(Jobs) ?? [])
        {
            var request = new AdminRequest("kill") { Job = job, Key = parsed.GetValue(Key), Signal = parsed.GetValue(Signal) };
            try
            {
                AdminReply answer = await AdminClient.AskAsync(folder, request, cancellationToken);
                if (request.Signal is not null)
                    continue;
                ListedJob ended = answer.Jobs![0];
                if (ended.Outcome is null)
                    status = Failure.Report(1, $"the job {ended.Job} has not ended yet", "see: rsh-server jobs");
                else
                    Console.Out.WriteLine(JobsCommand.LineOf(ended));
            }
            catch (RemoteShellException e)
            {
                // The other jobs are ended all the same.
                status = Failure.Report(e);
            }
        }

        return status;
    }
}
