using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RemoteShell.Protocol.Native;

/// <summary>CRC-32C by the widest registers of the processor: <c>crc32c.c</c>, which the native programs link.</summary>
internal static unsafe partial class LinkedCrc32C
{
    /// <summary>The least number of bytes for <see cref="Compute"/>.</summary>
    public const int MinLength = 256;

    private const string Library = "rsh-crc32c";

    /// <summary>Whether <see cref="Compute"/> may be called: the function is linked, and this processor can run it.</summary>
    public static readonly bool IsSupported = !RuntimeFeature.IsDynamicCodeSupported && IsLinked && AskProcessor() != 0;

    // Set by Programs.props where it links the function. A program that is built for it and not compiled ahead of time has it not.
    [FeatureSwitchDefinition("RemoteShell.LinkedCrc32C")]
    private static bool IsLinked => AppContext.TryGetSwitch("RemoteShell.LinkedCrc32C", out bool isLinked) && isLinked;

    /// <summary>Computes the checksum of at least <see cref="MinLength"/> bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
            return ComputeLinked(first, (nuint)bytes.Length);
    }

    [LibraryImport(Library, EntryPoint = "rsh_crc32c_is_supported")]
    private static partial int AskProcessor();

    [LibraryImport(Library, EntryPoint = "rsh_crc32c")]
    private static partial uint ComputeLinked(byte* bytes, nuint count);
}
