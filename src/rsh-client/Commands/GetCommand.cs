using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client get</c>: fetches a file.</summary>
internal static class GetCommand
{
    private static readonly Argument<string> Source = new("HOST:PATH") { Description = "The file there; a relative path counts from the user's home." };
    private static readonly Argument<string> Target = new("LOCAL|-")
    {
        Description = "Where to put it: a file, a folder, or - for standard output. Default: its own name, here.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Digest = new Option<string>("--digest") { Description = "How the whole file is verified, besides each piece of it.", DefaultValueFactory = _ => "crc32c" }
        .AcceptOnlyFromAmong("crc32c", "sha256");

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say nothing but errors." };

    public static Command Create()
    {
        var command = new Command("get", "Fetch a file, verified to the last byte.") { Source, Target, Digest, Quiet };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        (string host, string path) = RemotePath.Split(parsed.GetValue(Source)!);
        bool quiet = parsed.GetValue(Quiet);
        ClientOptions options = HostOptions.Options(parsed, host, quiet ? _ => { } : UserMessages.Say) with { FileDigest = JsonWords.Digest(parsed.GetValue(Digest)!) };
        string local = LocalName(path, parsed.GetValue(Target));

        using var interrupts = new Interrupts();
        try
        {
            return await FetchAsync(options, path, local, quiet, interrupts);
        }
        catch (RequestRefusedException e)
        {
            return UserMessages.Fail(ExitStatus.Failed, e.Message, e.Hint);
        }
    }

    private static async Task<int> FetchAsync(ClientOptions options, string path, string local, bool quiet, Interrupts interrupts)
    {
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        if (local == "-")
        {
            await client.GetAsync(path, _ => StandardStreams.Output, interrupts.GivenUp);
            return 0;
        }

        using var progress = quiet ? null : ProgressLine.Create(path);
        await client.GetFileAsync(path, local, progress, interrupts.GivenUp);
        return 0;
    }

    private static string LocalName(string path, string? target)
    {
        string name = Path.GetFileName(path);
        if (target is null)
            return name is "" or "." or ".." or "~" ? throw new FormatException($"'{path}' has no file name to use here; name the local file") : name;
        return target != "-" && Directory.Exists(target) ? Path.Combine(target, name) : target;
    }
}
