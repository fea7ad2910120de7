using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client who</c>: lists who is connected.</summary>
internal static class WhoCommand
{
    public static Command Create()
    {
        var command = new Command("who", "List who is connected: your own connections with all they do, those of others by name.") { HostOptions.Host, JobOptions.Json };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        IReadOnlyList<ConnectedClient> present = await client.WhoAsync(interrupts.GivenUp);
        if (parsed.GetValue(JobOptions.Json))
            ConnectionsReport.Write(present, StandardStreams.Output);
        else
            WriteTable(present);
        return 0;
    }

    private static void WriteTable(IReadOnlyList<ConnectedClient> present)
    {
        if (!Console.IsOutputRedirected)
            Console.Out.WriteLine($"{"ID",5}  {"NAME",-20}  {"SINCE",-19}  {"IDLE",7}  {"FROM",-24}  DOING");
        foreach (ConnectedClient one in present)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one.Id,5}  {Or(one.Name),-20}  {one.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {(long)one.Idle.TotalSeconds,6}s  {Or(one.From),-24}  {Or(UserMessages.OneLine(string.Join("; ", one.Doing ?? [])))}"));
    }

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? "-" : UserMessages.OneLine(text);
}
