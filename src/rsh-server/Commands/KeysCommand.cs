using System.CommandLine;
using System.Globalization;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server keys</c>: lists the keys that may use the server.</summary>
internal static class KeysCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object in each line." };

    public static Command Create()
    {
        var command = new Command("keys", "List the keys in authorized_keys, and the invitations that are not used yet.") { Json };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>A line of the file for people.</summary>
    public static string LineOf(ListedKey key)
    {
        string name = key.Name.Length > 0 ? key.Name : "-";
        List<string> more = [key.Type];
        if (key.Authority)
            more.Add("authority");
        if (key.Options is { } options)
            more.Add(options);
        if (key.Expires is { } end)
            more.Add($"{(key.Unused == "expired" ? "expired" : "expires")} {Local(end)}");
        if (key.Unused == "revoked")
            more.Add("revoked");
        if (key.Connections is { Count: > 0 } connections)
            more.Add($"connected {string.Join(' ', connections.Select(id => $"#{id}"))}");
        return $"{key.Key}  {name}  {key.File}:{key.Line}  {string.Join(", ", more)}";
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (ServerOptions options, ServerStatus? status) = await RunningOptions.ReadAsync(cancellationToken);
        var keys = new KeyAdministration(options);
        bool isJson = parsed.GetValue(Json);
        foreach (ListedKey key in keys.List(status))
            Console.Out.WriteLine(isJson ? key.ToJson() : LineOf(key));
        foreach (ListedInvitation open in keys.Invitations())
            Console.Out.WriteLine(isJson ? open.ToJson() : LineOf(open));
        return 0;
    }

    private static string LineOf(ListedInvitation open)
        => $"invitation  {open.Invitation}  until {Local(open.Expires)}{(open.Options is { } options ? $", {options}" : "")}";

    private static string Local(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
