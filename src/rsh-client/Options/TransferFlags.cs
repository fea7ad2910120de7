using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The options that <c>put</c>, <c>get</c> and <c>cp</c> share.</summary>
internal static class TransferFlags
{
    private static readonly Option<bool> Recursive = new("--recursive", "-r") { Description = "Transfer folders with their content." };
    private static readonly Option<bool> HardLinks = new("--hard-links", "-H") { Description = "Keep hard links within the transfer." };

    private static readonly Option<bool> Owner = new("--owner")
    {
        Description = "Keep owner and group, by name, where allowed; tell how many are not.",
    };

    private static readonly Option<bool> Attributes = new("--xattrs", "-X")
    {
        Description = "Keep extended attributes, except security labels (SELinux, IMA), which belong to one machine. Attributes of user. " +
            "become equal. A message tells how many files have others that cannot be set.",
    };

    private static readonly Option<bool> Onto = new("--no-target-folder", "-T")
    {
        Description = "Put the source onto the target, not into it, also if the target is a folder.",
    };

    private static readonly Option<bool> DryRun = new("--dry-run", "-n") { Description = "Change nothing; list what would be done." };

    private static readonly Option<bool> Delete = new("--delete")
    {
        Description = "With -r: delete from the target's folders what the source does not have. Nothing is deleted if anything fails. "
            + "A folder never takes the place of a file, nor a file that of a folder: that fails.",
    };

    private static readonly Option<bool> Checksum = new("--checksum")
    {
        Description = "Compare files by their content [by size and modification time].",
    };

    private static readonly Option<long?> Rate = RateFlag("--bwlimit", "Send at most this many bytes a second: 500k, 10M, 1G [no limit].");
    private static readonly Option<bool> Compress = new("--compress", "-z") { Description = "Compress data that shrinks." };

    private static readonly Option<string> Digest = new Option<string>("--digest")
    {
        Description = "The algorithm by which both ends compare each whole file [crc32c]. With sha256, print lines for sha256sum -c, " +
            "with --checksum also for unchanged files.",
        HelpName = "crc32c|sha256",
        DefaultValueFactory = _ => "crc32c",
    }.OneOf("crc32c", "sha256");

    private static readonly Option<bool> Fsync = new("--fsync") { Description = "Force each file to the disk before it gets its name." };

    private static readonly Option<bool> Follow = new("--follow")
    {
        Description = "Where a file meets a link, at any depth, write to the file that the link names [replace the link]. It fails if that "
            + "is nothing, a folder, or a file that the transfer has written already.",
    };

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Print only errors." };
    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Name each file on standard error." };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print a line of JSON for each file, and one with the totals.",
    };

    // What users of scp type. Times are always kept, and a port belongs into the path.
    private static readonly Option<bool> KeepTimes = new("-p") { Hidden = true };
    private static readonly Option<string> Port = new("-P") { Hidden = true };

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Recursive, HardLinks, Owner, Attributes, Onto, DryRun, Delete, Checksum])
            command.Add(option);
        FilterOptions.AddTo(command);
        foreach (Option option in (Option[])[Rate, Compress, Digest, Fsync, Follow, Quiet, Verbose, Json, KeepTimes, Port])
            command.Add(option);
    }

    /// <summary>What the transfer takes along.</summary>
    /// <exception cref="FormatException">The options contradict each other.</exception>
    public static TransferOptions Options(ParseResult parsed)
    {
        if (parsed.GetValue(Port) is { } port)
            throw new FormatException($"-P is not an option here; write the port into the path: HOST:{port}:PATH");
        if (parsed.GetValue(Delete) && !parsed.GetValue(Recursive))
            throw new FormatException("--delete needs -r: it makes folders equal");
        if (parsed.GetValue(Delete) && parsed.GetValue(Follow))
            throw new FormatException("--delete and --follow exclude each other: a link may name what --delete removes");
        return new()
        {
            Recursive = parsed.GetValue(Recursive),
            HardLinks = parsed.GetValue(HardLinks),
            Owner = parsed.GetValue(Owner),
            ExtendedAttributes = parsed.GetValue(Attributes),
            OntoTarget = parsed.GetValue(Onto),
            DryRun = parsed.GetValue(DryRun),
            Delete = parsed.GetValue(Delete),
            Checksum = parsed.GetValue(Checksum),
            MaxRate = parsed.GetValue(Rate) ?? 0,
            Compress = parsed.GetValue(Compress),
            Digest = JsonWords.Digest(parsed.GetValue(Digest)!),
            Fsync = parsed.GetValue(Fsync),
            FollowTarget = parsed.GetValue(Follow),
            Filter = FilterOptions.Lines(parsed),
        };
    }

    /// <summary>What the user sees of it.</summary>
    public static TransferOutput Output(ParseResult parsed) => new()
    {
        IsQuiet = parsed.GetValue(Quiet),
        NamesEach = parsed.GetValue(Verbose),
        IsJson = parsed.GetValue(Json),
        ListsDigests = parsed.GetValue(Digest) == "sha256",
        ListsPlan = parsed.GetValue(DryRun),
    };

    private static Option<long?> RateFlag(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "RATE",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ByteSize.TryParse(text) is > 0 and { } rate)
                return rate;
            result.AddError($"{name}: '{text}' is not a rate; write bytes a second, or 500k, 10M or 1G (k is 1024 bytes)");
            return null;
        },
    };
}
