using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Server.Native;

/// <summary>Lets OpenSSL free the buffers of a TLS connection while they are empty: 33 KB for each idle connection.</summary>
/// <remarks>
/// The framework has no setting for it. OpenSSL calls a function for each new connection that a program registers for data of its own
/// (CRYPTO_get_ex_new_index(3)); that function sets the mode (SSL_set_mode(3)).
/// </remarks>
internal static unsafe class OpenSslBuffers
{
    // <openssl/crypto.h>: CRYPTO_EX_INDEX_SSL. <openssl/ssl.h>: SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS.
    private const int ConnectionIndex = 0, SetMode = 33, ReleaseBuffers = 0x10;

    private static delegate* unmanaged<nint, int, nint, nint, nint> _control;

    /// <summary>Holds for connections that begin later. Does nothing where the framework uses another library than OpenSSL 3.</summary>
    public static void ReleaseWhenEmpty()
    {
        if (!NativeLibrary.TryLoad("libssl.so.3", out nint ssl) || !NativeLibrary.TryLoad("libcrypto.so.3", out nint crypto))
            return;
        if (!NativeLibrary.TryGetExport(ssl, "SSL_ctrl", out nint control)
            || !NativeLibrary.TryGetExport(crypto, "CRYPTO_get_ex_new_index", out nint register))
        {
            return;
        }

        _control = (delegate* unmanaged<nint, int, nint, nint, nint>)control;
        delegate* unmanaged<nint, nint, nint, int, nint, nint, void> created = &Created;
        var newIndex = (delegate* unmanaged<int, nint, nint, void*, nint, nint, int>)register;
        _ = newIndex(ConnectionIndex, 0, 0, created, 0, 0);
    }

    [UnmanagedCallersOnly]
    private static void Created(nint connection, nint data, nint all, int index, nint number, nint argument)
        => _control(connection, SetMode, ReleaseBuffers, 0);
}
