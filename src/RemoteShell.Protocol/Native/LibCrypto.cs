using System.Runtime.InteropServices;
using System.Security.Cryptography;

// Not beside the program: the libraries are those of the system.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace RemoteShell.Protocol.Native;

/// <summary>Functions of OpenSSL's libcrypto, the library that the framework uses.</summary>
internal static unsafe partial class LibCrypto
{
    // By its soname, the library that the framework has loaded is found.
    private const string Library = "libcrypto.so.3";

    // <openssl/obj_mac.h>: NID_X9_62_prime256v1.
    private const int P256 = 415;

    // Bytes of r, and of s.
    private const int NumberLength = 32;

    // A library may be built without old functions.
    private static readonly string[] Functions =
    [
        "EC_GROUP_new_by_curve_name", "EC_KEY_new", "EC_KEY_set_group", "EC_KEY_oct2key", "EC_KEY_free", "BN_bin2bn", "BN_free",
        "ECDSA_SIG_new", "ECDSA_SIG_set0", "ECDSA_SIG_free", "ECDSA_do_verify", "ERR_clear_error",
        "EVP_default_properties_is_fips_enabled",
    ];

    // Never freed: one for the process, which each key copies.
    private static readonly nint Group = OpenGroup();

    /// <summary>Checks an ECDSA signature by a key on the curve P-256. Null if the framework must do it.</summary>
    /// <remarks>
    /// It takes a third of the time of the framework, which multiplies the point by the order of the curve when it imports a key. The order
    /// is prime, so this proves nothing about a point that is on the curve, which OpenSSL checks here too.
    /// </remarks>
    /// <param name="point">0x04, and the two coordinates of 32 bytes, big endian.</param>
    /// <param name="hash">The hash that was signed.</param>
    /// <param name="signature">r and s of 32 bytes each, big endian.</param>
    /// <returns>False too if the point is not on the curve.</returns>
    public static bool? VerifyP256(ReadOnlySpan<byte> point, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (Group == 0)
            return null;
        if (signature.Length != 2 * NumberLength)
            return false;
        nint key = NewKey(), numbers = NewSignature();
        try
        {
            if (key == 0 || numbers == 0)
                throw new OutOfMemoryException();
            fixed (byte* pointBytes = point, hashBytes = hash)
            {
                return Set(numbers, signature)
                    && SetGroup(key, Group) == 1
                    && SetPoint(key, pointBytes, point.Length, 0) == 1
                    && Verify(hashBytes, hash.Length, numbers, key) == 1;
            }
        }
        finally
        {
            FreeKey(key);
            FreeSignature(numbers);
            // A fault that stays in the thread's list would be taken for one of a later call.
            ClearErrors();
        }
    }

    private static bool Set(nint numbers, ReadOnlySpan<byte> signature)
    {
        fixed (byte* bytes = signature)
        {
            nint r = NewNumber(bytes, NumberLength, 0), s = NewNumber(bytes + NumberLength, NumberLength, 0);
            // Then the two belong to the signature.
            if (SetNumbers(numbers, r, s) == 1)
                return true;
            FreeNumber(r);
            FreeNumber(s);
            return false;
        }
    }

    // 0 if the framework must do it: it uses another library, one without these functions, or only what FIPS approves.
    private static nint OpenGroup()
        => OperatingSystem.IsLinux()
            && SafeEvpPKeyHandle.OpenSslVersion >> 28 == 3
            && NativeLibrary.TryLoad(Library, typeof(LibCrypto).Assembly, DllImportSearchPath.SafeDirectories, out nint library)
            && Array.TrueForAll(Functions, name => NativeLibrary.TryGetExport(library, name, out _))
            && IsFips(0) == 0
            ? NewGroup(P256)
            : 0;

    [LibraryImport(Library, EntryPoint = "EVP_default_properties_is_fips_enabled")]
    private static partial int IsFips(nint context);

    [LibraryImport(Library, EntryPoint = "EC_GROUP_new_by_curve_name")]
    private static partial nint NewGroup(int name);

    [LibraryImport(Library, EntryPoint = "EC_KEY_new")]
    private static partial nint NewKey();

    [LibraryImport(Library, EntryPoint = "EC_KEY_set_group")]
    private static partial int SetGroup(nint key, nint group);

    [LibraryImport(Library, EntryPoint = "EC_KEY_oct2key")]
    private static partial int SetPoint(nint key, byte* point, nint length, nint context);

    [LibraryImport(Library, EntryPoint = "EC_KEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "BN_bin2bn")]
    private static partial nint NewNumber(byte* bytes, int length, nint into);

    [LibraryImport(Library, EntryPoint = "BN_free")]
    private static partial void FreeNumber(nint number);

    [LibraryImport(Library, EntryPoint = "ECDSA_SIG_new")]
    private static partial nint NewSignature();

    [LibraryImport(Library, EntryPoint = "ECDSA_SIG_set0")]
    private static partial int SetNumbers(nint signature, nint r, nint s);

    [LibraryImport(Library, EntryPoint = "ECDSA_SIG_free")]
    private static partial void FreeSignature(nint signature);

    [LibraryImport(Library, EntryPoint = "ECDSA_do_verify")]
    private static partial int Verify(byte* hash, int length, nint signature, nint key);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();
}
