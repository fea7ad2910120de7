using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>A server that answers on each address of 127.0.0.0/8, so that each is a host of its own, and the client.</summary>
internal sealed class FleetServer : IAsyncDisposable
{
    // For many hosts, on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private const int Addresses = 250;

    private static readonly string[] Options = ["--kill-grace", "1s", "--stop-grace", "100ms"];

    private FleetServer(Programs programs) => Programs = programs;

    public Programs Programs { get; }

    /// <summary>The server's port.</summary>
    public string Port => Programs.Host.Split(':')[1];

    /// <summary>The path of a file for the test.</summary>
    public string this[string name] => Path.Combine(Programs.Home, name);

    /// <summary>The runs of the client.</summary>
    public RunStore Store => new(this["client/runs"]);

    /// <summary>Starts a server that ends commands at once, and authorizes the client.</summary>
    public static async Task<FleetServer> StartAsync()
    {
        var programs = new Programs();
        var server = new FleetServer(programs);
        await programs.CreateKeysAsync();
        await programs.StartServerOnAllAddressesAsync(Options);
        await programs.KillServerAsync();
        await server.RememberAllAsync();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server again on the same port.</summary>
    public Task StartAgainAsync() => Programs.StartServerAgainAsync(Options);

    public ValueTask DisposeAsync() => Programs.DisposeAsync();

    /// <summary>A host by its number, from 1 to 250.</summary>
    public string Host(int number) => $"127.0.0.{number}:{Port}";

    /// <summary>A set of the first hosts; more than 250 are a multiple of 250.</summary>
    public string Hosts(int count)
        => count <= Addresses ? $"127.0.0.[1-{count}]:{Port}" : $"127.0.[1-{count / Addresses}].[1-{Addresses}]:{Port}";

    /// <summary>Adds a host to the configuration of the client: this server, unless the lines say otherwise.</summary>
    public async Task AddHostAsync(string name, params string[] lines)
    {
        // Of two lines with one key, the first counts.
        string[] all = [$"Host {name}", .. lines, "HostName 127.0.0.1", $"Port {Port}"];
        await File.AppendAllLinesAsync(this["client/config"], all);
    }

    /// <summary>Runs the client's <c>run</c>, which trusts new hosts.</summary>
    public Task<Output> RunAsync(params string[] arguments) => ClientAsync(["run", "--accept-new", .. arguments]);

    /// <summary>Starts the client's <c>run</c>, which trusts new hosts.</summary>
    public Process Start(params string[] arguments) => Programs.Start("rsh-client", ["run", "--accept-new", .. arguments]);

    /// <summary>Runs the client.</summary>
    public Task<Output> ClientAsync(params string[] arguments) => InputAsync([], arguments);

    /// <summary>Runs the client with this standard input.</summary>
    public async Task<Output> InputAsync(byte[] input, params string[] arguments)
    {
        using Process client = Programs.Start("rsh-client", arguments);
        return await EndAsync(client, input);
    }

    /// <summary>The rest of a client, to its end.</summary>
    public static async Task<Output> EndAsync(Process client, byte[]? input = null)
    {
        Task<byte[]> output = ReadAsync(client.StandardOutput.BaseStream), error = ReadAsync(client.StandardError.BaseStream);
        try
        {
            await client.StandardInput.BaseStream.WriteAsync(input ?? []);
            client.StandardInput.Close();
        }
        catch (IOException)
        {
            // The client ended without reading its input.
        }

        await client.WaitForExitAsync().Within(Limit);
        return new(client.ExitCode, await output.Within(), Encoding.UTF8.GetString(await error.Within()));
    }

    /// <summary>Kills a client with SIGKILL.</summary>
    public static async Task KillAsync(Process client)
    {
        client.Kill();
        await client.WaitForExitAsync().Within();
    }

    /// <summary>Waits until the server lists no job.</summary>
    /// <param name="options">Of <c>jobs</c>.</param>
    public Task NoJobAsync(params string[] options)
    {
        return Waiting.UntilAsync(IsDoneAsync, "the server lists no job");

        async Task<bool> IsDoneAsync()
        {
            Output jobs = await ClientAsync(["jobs", "--accept-new", .. options, Programs.Host]);
            Assert.Equal((0, ""), (jobs.Status, jobs.Error));
            return jobs.Text.Length == 0;
        }
    }

    /// <summary>The only run that the client has kept, when it is there.</summary>
    public async Task<KeptRun> OnlyRunAsync()
    {
        await Waiting.Until(() => Store.List().Count == 1, "the client keeps a run");
        return Store.List()[0];
    }

    /// <summary>The newest run.</summary>
    public KeptRun LastRun() => Store.List()[^1];

    /// <summary>Lines of JSON.</summary>
    public static JsonElement[] Json(Output output)
        => [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The verdicts of lines of JSON, by host. The last line is of the run.</summary>
    public static Dictionary<string, string> Verdicts(Output output)
        => Json(output)[..^1].ToDictionary(line => Text(line, "host"), line => Text(line, "verdict"));

    /// <summary>A field.</summary>
    public static string Text(JsonElement line, string name) => line.GetProperty(name).ToString();

    /// <summary>The lines of a file that commands append to; none: it is not there.</summary>
    public string[] Lines(string name) => File.Exists(this[name]) ? File.ReadAllLines(this[name]) : [];

    // A new server refuses to go on with what may be older than it is. Time on the way counts, which is long on a busy machine.
    private async Task RememberAllAsync()
    {
        string journal = this["server/jobs/journal"], text = await File.ReadAllTextAsync(journal);
        Assert.Matches("\"completeSince\":[0-9]+", text);
        await File.WriteAllTextAsync(journal, Regex.Replace(text, "\"completeSince\":[0-9]+", "\"completeSince\":1"));
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
