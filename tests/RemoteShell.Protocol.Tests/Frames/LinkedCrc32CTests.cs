using System.Diagnostics;
using System.Runtime.InteropServices;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Tests.Frames;

/// <summary>The function that native programs link for their checksums. The tests are not native, so they load it as a library.</summary>
public sealed unsafe class LinkedCrc32CTests
{
    private const int MinLength = 256;

    [Fact]
    public void Linked_function_gives_the_checksum_of_the_library_at_every_length_and_alignment()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is linked on Linux only");
        string? compiler = ((string[])["clang", "gcc"]).FirstOrDefault(IsThere);
        Assert.SkipWhen(compiler is null, "needs a C compiler: clang or gcc");
        using var folder = new TemporaryFolder();
        string source = Repository.File("src/RemoteShell.Protocol/Native/crc32c.c"), library = folder["crc32c.so"];
        using (Process compiling = Process.Start(compiler, ["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source]))
        {
            compiling.WaitForExit();
            Assert.Equal(0, compiling.ExitCode);
        }

        nint loaded = NativeLibrary.Load(library);
        try
        {
            var isSupported = (delegate* unmanaged<int>)NativeLibrary.GetExport(loaded, "rsh_crc32c_is_supported");
            Assert.SkipWhen(isSupported() == 0, "this processor has no 512-bit carry-less multiplication");
            Compare((delegate* unmanaged<byte*, nuint, uint>)NativeLibrary.GetExport(loaded, "rsh_crc32c"));
        }
        finally
        {
            NativeLibrary.Free(loaded);
        }
    }

    private static void Compare(delegate* unmanaged<byte*, nuint, uint> linked)
    {
        var random = new Random(1);
        var bytes = new byte[300_000];
        random.NextBytes(bytes);
        fixed (byte* first = bytes)
        {
            for (int length = MinLength; length < 1200; length++)
                Compare(length % 67, length, first);
            for (int round = 0; round < 500; round++)
            {
                int length = random.Next(MinLength, bytes.Length);
                Compare(random.Next(bytes.Length - length), length, first);
            }
        }

        void Compare(int start, int length, byte* first)
            => Assert.Equal(Crc32C.Compute(bytes.AsSpan(start, length)), linked(first + start, (nuint)length));
    }

    private static bool IsThere(string program)
        => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
