using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace RemoteShell.Protocol.Transport;

/// <summary>The certificate authorities that the system trusts, which nothing here ever asks: who somebody is, is their key.</summary>
public static partial class SystemTrustStore
{
    // Neither a folder nor a regular file, so the framework takes both for a store with nothing in it.
    private const string Nowhere = "/dev/null";

    private static readonly string[] Variables = ["SSL_CERT_DIR", "SSL_CERT_FILE"];

    /// <summary>Keeps this process from reading the system's trust store, which costs the first handshake about 70 ms on Linux; does nothing elsewhere.</summary>
    /// <remarks>
    /// For a program whose only TLS is this, called first thing in its main thread: no certificate that an authority has signed can be verified in this process afterwards.
    /// The framework builds a chain at each handshake, whatever the policy, and reads the store for it before it looks at the policy
    /// (OpenSslX509ChainProcessor.InitiateChain); where the store is, it asks the native environment, once.
    /// </remarks>
    public static void Forgo()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string?[] before = Array.ConvertAll(Variables, Environment.GetEnvironmentVariable);
        foreach (string name in Variables)
            _ = Set(name, Nowhere, overwrite: 1);
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            _ = store.Certificates;
        }
        finally
        {
            // Commands that this process starts find what it was given itself.
            for (int i = 0; i < Variables.Length; i++)
                _ = before[i] is { } value ? Set(Variables[i], value, overwrite: 1) : Unset(Variables[i]);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unset(string name);
}
