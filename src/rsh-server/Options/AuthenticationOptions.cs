using System.CommandLine;
using System.Net;
using RemoteShell.Cli.Arguments;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options for keys that are not authorized any more, and for clients that fail to authenticate.</summary>
internal static class AuthenticationOptions
{
    /// <summary>The name of the option that names further lists of keys.</summary>
    public const string AuthorizedKeysName = "--authorized-keys";

    private static readonly Option<string[]> AuthorizedKeys = new(AuthorizedKeysName)
    {
        Description = "Also let in the keys of this list, whose format is that of sshd, such as ~/.ssh/authorized_keys; repeatable [none].",
        HelpName = "FILE",
    };

    private static readonly Option<string> RevokedKeys = new Option<string>("--revoked-keys")
    {
        Description = "Refuse the keys and fingerprints in this file, whatever authorized_keys says; refuse all while it cannot be "
            + "read [none].",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<string> OnRevoked = new Option<string>("--on-revoke")
    {
        Description = "When a key is removed, expired or revoked: 'kill' ends its jobs, 'keep' lets its commands run on [kill].",
        HelpName = "kill|keep",
    }.OneOf("kill", "keep");

    private static readonly Option<string[]> Exempt = new("--penalty-exempt")
    {
        Description = "Never refuse this address or network because clients of it failed to authenticate; repeatable, and several with "
            + "commas [none].",
        HelpName = "ADDRESS|NETWORK",
    };

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[AuthorizedKeys, RevokedKeys, OnRevoked, Exempt])
            command.Add(option);
    }

    public static ServerOptions Apply(RunValues values, ServerOptions options) => options with
    {
        FurtherAuthorizedKeysFiles = [.. values.ConvertEach(AuthorizedKeys, FullPathOf)],
        RevokedKeysFile = values.Convert(RevokedKeys, Path.GetFullPath),
        OnRevoke = values.Of(OnRevoked) == "keep" ? OnRevoke.Keep : OnRevoke.Kill,
        PenaltyExempt = [.. values.ConvertEach(Exempt, NetworksOf).SelectMany(networks => networks)],
    };

    // A configuration file, and --authorized-keys=~/…, have no shell that expands the home folder.
    private static string FullPathOf(string path)
    {
        if (path.Length == 0)
            throw new FormatException($"{AuthorizedKeysName} is empty; write the name of a file");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return Path.GetFullPath(path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path);
    }

    private static IReadOnlyList<IPNetwork> NetworksOf(string text)
        => [.. text.Split(',', StringSplitOptions.TrimEntries).Select(NetworkOf)];

    private static IPNetwork NetworkOf(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
            return network;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return new(address, address.GetAddressBytes().Length * 8);
        throw new FormatException($"--penalty-exempt: '{text}' is neither an address nor a network like 10.0.0.0/8");
    }
}
