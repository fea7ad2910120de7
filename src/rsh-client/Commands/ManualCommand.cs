using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Ssh;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client manual</c>: prints a manual page.</summary>
internal static class ManualCommand
{
    private const string ClientPage = "rsh-client", ConfigurationPage = "rsh-client-config", SshPage = SshProgram.Name;

    private static readonly Argument<string> Page = new("PAGE")
    {
        Description = $"{ClientPage}, {ConfigurationPage} or {SshPage} [{ClientPage}].",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { ClientPage, ConfigurationPage, SshPage },
    };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="manual">Makes the page of this program.</param>
    public static Command Create(Func<ClientManual> manual)
    {
        var command = new DocumentedCommand("manual", "Print a manual page, as 'man' reads it.")
        {
            Details = ["install.sh installs the pages, so that 'man rsh-client' shows them."],
            Examples = ["manual | man -l -", "manual rsh-client-config | man -l -"],
        };
        command.Add(Page);
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(Page) ?? ClientPage, manual)));
        return command;
    }

    private static int Run(string page, Func<ClientManual> manual)
    {
        switch (page)
        {
            case ClientPage:
                manual().WriteTo(StandardText.Output);
                return 0;
            case ConfigurationPage:
                ConfigurationManual.WriteTo(StandardText.Output);
                return 0;
            case SshPage:
                SshManual.WriteTo(StandardText.Output);
                return 0;
            default:
                throw new UsageException($"there is no manual page '{page}'", $"PAGE is {ClientPage}, {ConfigurationPage} or {SshPage}");
        }
    }
}
