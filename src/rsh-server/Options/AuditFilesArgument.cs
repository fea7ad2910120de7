using System.CommandLine;
using RemoteShell.Protocol;
using RemoteShell.Server;
using RemoteShell.Server.Audit;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The files of an audit journal, as an argument.</summary>
internal static class AuditFilesArgument
{
    public static Argument<string[]> Create() => new("FILE")
    {
        Description = "Files of an audit journal, the oldest first [the journal of this server].",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The files; those of the server if none is named.</summary>
    /// <exception cref="RemoteShellException">There is none.</exception>
    public static IReadOnlyList<string> Of(string[]? named)
    {
        if (named?.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw new RemoteShellException($"there is no file {missing}");
        if (named is { Length: > 0 })
            return named;
        var options = new ServerOptions();
        IReadOnlyList<string> files = AuditReader.FilesOf(options);
        if (files.Count > 0)
            return files;
        throw new RemoteShellException($"there is no audit journal in {options.AuditFolder}")
        {
            Hint = "run this as the user of the server, with the RSH_HOME of the server; 'rsh-server run --audit off' keeps none",
        };
    }
}
