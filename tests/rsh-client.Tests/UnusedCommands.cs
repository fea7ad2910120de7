using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Prompt;

namespace RemoteShell.Cli.Client.Tests;

/// <summary>The subcommands of a program that has none, for tests that run no other subcommand.</summary>
internal static class UnusedCommands
{
    public static OwnCommands Own { get; } = new(_ => Task.FromResult(0), _ => new CommandLine("rsh-client", new RootCommand()));
}
