using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Connections;
using RemoteShell.Server.HostKeys;
using RemoteShell.Server.Native;
using RemoteShell.Server.Probes;

namespace RemoteShell.Server;

/// <summary>Finds what would keep a server from starting, or from letting its clients in.</summary>
public static class ServerCheck
{
    /// <summary>Checks the keys, addresses, folders and the launcher of a server. Starts nothing, and writes nothing.</summary>
    /// <remarks>Neither a missing host key nor a port that is in use is an error: the server of these options may run already.</remarks>
    /// <param name="options">The options of the server.</param>
    /// <returns>What is wrong; empty if nothing is.</returns>
    public static IReadOnlyList<RemoteShellException> Run(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<RemoteShellException> faults = [];
        Add(() => CheckHostKey(options));
        faults.AddRange(FindKeyFaults(options));
        faults.AddRange(Listener.FindFaults(options.Listen, options.ListenSockets));
        if (options.AnswersProbes && UdpResponder.FindFault(options.Listen) is { } fault)
            faults.Add(fault);
        Add(() => RunningServer.LauncherFor(options.Launcher));
        Add(() => CheckFolder(options.StateFolder));
        if (options.RecordFolder is { } recordings)
            Add(() => CheckFolder(recordings));
        return faults;

        void Add(Action check)
        {
            try
            {
                check();
            }
            catch (RemoteShellException e)
            {
                faults.Add(e);
            }
        }
    }

    /// <summary>Finds what is wrong with the lists of authorized and of revoked keys, which the server reads for each client.</summary>
    /// <param name="options">The options of the server.</param>
    /// <returns>What is wrong; empty if nothing is.</returns>
    public static IReadOnlyList<RemoteShellException> FindKeyFaults(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<RemoteShellException> faults = [.. options.AllAuthorizedKeysFiles.SelectMany(path => new AuthorizedKeys(path).FindFaults())];
        faults.AddRange(options.FurtherAuthorizedKeysFiles
            .Where(path => !File.Exists(path))
            .Select(path => new RemoteShellException($"there is no list of keys {path}")));
        if (options.RevokedKeysFile is { } revoked)
            faults.AddRange(new RevokedKeys(revoked).FindFaults());
        return faults;
    }

    private static void CheckHostKey(ServerOptions options)
    {
        if (!File.Exists(options.HostKeyFile))
        {
            CheckFolder(Path.GetDirectoryName(options.HostKeyFile)!);
            if (options.HostCertificateFile is { } early)
                throw new HostCertificateFile(early).OfNoKey();
            return;
        }

        using Identity identity = Identity.Load(options.HostKeyFile);
        var files = new HostKeyFiles(options.HostKeyFile);
        files.ReadNext()?.Identity.Dispose();
        if (options.HostCertificateFile is { } certificate)
            new HostCertificateFile(certificate).Find(identity.PublicKey, files.ReadFormer());
    }

    // The server makes the folders that do not exist.
    private static void CheckFolder(string folder)
    {
        string path = Path.GetFullPath(folder);
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { } parent)
            path = parent;
        if (!Directory.Exists(path))
            throw new RemoteShellException($"cannot use the folder {folder}: {path} is not a folder");
        if (!OperatingSystem.IsWindows() && FileCalls.Access(path, FileCalls.MayWrite | FileCalls.MayExecute) != 0)
            throw new RemoteShellException($"cannot use the folder {folder}: this user may not write to {path}");
    }
}
