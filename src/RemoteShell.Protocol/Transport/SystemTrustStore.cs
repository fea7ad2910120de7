using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using RemoteShell.Protocol.Native;

namespace RemoteShell.Protocol.Transport;

/// <summary>The system's store of certificate authorities. RemoteShell never uses it, because keys identify both sides.</summary>
public static class SystemTrustStore
{
    // The path is not a folder and not a regular file, so the runtime treats it as an empty store.
    private const string Nowhere = "/dev/null";

    private const int CloseOnExec = 0x80000;

    private static readonly string[] Variables = ["SSL_CERT_DIR", "SSL_CERT_FILE"];

    // Guarded by Variables.
    private static bool _isDisabled;

    /// <summary>Keeps this process from loading the store, which costs the first handshake about 70 ms on Linux.</summary>
    /// <remarks>
    /// Call it first in the main thread of a program that uses TLS for RemoteShell only: afterwards the process cannot verify a
    /// certificate that an authority has signed. Does nothing on other systems than Linux.
    /// The runtime builds a chain at each handshake and loads the store for it before it reads the policy
    /// (OpenSslX509ChainProcessor.InitiateChain). It reads the store's path from the native environment, once.
    /// </remarks>
    /// <exception cref="IOException">No descriptor is free.</exception>
    public static void Disable()
    {
        if (!OperatingSystem.IsLinux())
            return;
        lock (Variables)
        {
            if (_isDisabled)
                return;
            LoadNothing();
            _isDisabled = true;
        }
    }

    private static void LoadNothing()
    {
        RequireDescriptor();
        string?[] before = Array.ConvertAll(Variables, Environment.GetEnvironmentVariable);
        foreach (string name in Variables)
            _ = LibC.SetEnv(name, Nowhere, overwrite: 1);
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            _ = store.Certificates;
        }
        finally
        {
            // Child processes must get the original values.
            for (int i = 0; i < Variables.Length; i++)
                _ = before[i] is { } value ? LibC.SetEnv(Variables[i], value, overwrite: 1) : LibC.UnsetEnv(Variables[i]);
        }
    }

    // The runtime ends the process if it cannot open the cryptographic library. Its own functions lock each file that they open, which
    // fails while another program has locked /dev/null.
    private static void RequireDescriptor()
    {
        int opened = LibC.Open(Nowhere, CloseOnExec);
        if (opened < 0)
            throw new IOException($"{Nowhere}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
        _ = LibC.Close(opened);
    }
}
