using System.CommandLine;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The transfer of a <c>put</c> or <c>get</c> on one of its hosts.</summary>
internal sealed class FleetTransfer
{
    private readonly bool _isUpload;
    private readonly IReadOnlyList<string> _sources;
    private readonly string _target;
    private readonly TransferOptions _options;

    private FleetTransfer(bool isUpload, IReadOnlyList<string> sources, string target, TransferOptions options)
        => (_isUpload, _sources, _target, _options) = (isUpload, sources, target, options);

    /// <summary>Reads the command line of one host. <c>get</c> puts the files of each host into a folder with the host's name.</summary>
    public static FleetTransfer Of(ParseResult parsed, string host)
    {
        string[] words = parsed.GetValue((Argument<string[]>)parsed.CommandResult.Command.Arguments[0])!;
        TransferOptions options = TransferFlags.Options(parsed);
        if (parsed.CommandResult.Command.Name == "put")
            return new(isUpload: true, words[..^1], RemotePath.Split(words[^1]).Path, options);
        bool hasTarget = words.Length > 1 && !RemotePath.IsRemote(words[^1]);
        string[] sources = hasTarget ? words[..^1] : words;
        string folder = Path.Combine(hasTarget ? words[^1] : ".", host);
        return new(isUpload: false, [.. sources.Select(source => RemotePath.Split(source).Path)], folder, options);
    }

    /// <summary>Transfers.</summary>
    public Task<TransferResult> RunAsync(
        RemoteShellClient client, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        if (_isUpload)
            return client.UploadAsync(_sources, _target, _options, progress, cancellationToken);
        Directory.CreateDirectory(_target);
        return client.DownloadAsync(_sources, _target, _options, progress, cancellationToken);
    }
}
