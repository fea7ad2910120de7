using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client who</c>: lists the connections to the server.</summary>
internal static class WhoCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("who", "List the connections to the server.")
        {
            Details = ["Shows your own connections with everything that they do, and those of other keys by name."],
        };
        command.Add(HostOptions.Host);
        command.Add(JobOptions.Json);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(
            () => ClientCommand.RunAsync(parsed, (client, interrupts) => RunAsync(parsed, client, interrupts))));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        IReadOnlyList<ConnectedClient> present = await client.WhoAsync(interrupts.Cancelled);
        if (parsed.GetValue(JobOptions.Json))
            ConnectionsReport.Write(present, StandardStreams.Output);
        else
            WriteTable(present);
        return 0;
    }

    private static void WriteTable(IReadOnlyList<ConnectedClient> present)
    {
        if (!Console.IsOutputRedirected)
            StandardText.Output.WriteLine($"{"ID",5}  {"NAME",-20}  {"SINCE",-19}  {"IDLE",7}  {"FROM",-24}  DOING");
        foreach (ConnectedClient one in present)
        {
            DateTimeOffset since = one.Since.ToLocalTime();
            long idle = (long)one.Idle.TotalSeconds;
            string doing = UserMessages.OneLine(string.Join("; ", one.Doing ?? []));
            StandardText.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Id,5}  {Or(one.Name),-20}  {since:yyyy-MM-dd HH:mm:ss}  {idle,6}s  {Or(one.From),-24}  {Or(doing)}"));
        }
    }

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? "-" : UserMessages.OneLine(text);
}
