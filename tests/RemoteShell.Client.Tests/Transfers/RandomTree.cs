using System.Diagnostics;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Makes trees with odd names, and lists them byte by byte, mode by mode, time by time.</summary>
internal static class RandomTree
{
    // Written by a shell, because .NET cannot make names that are not UTF-8.
    private const string Odd = """
        cd "$1"
        mkdir -p 'a b/c' empty $'new\nline' -- -dash
        printf 1 > $'new\nline/x'; printf 2 > ./-dash/-rf; printf 3 > $'bytes\xff\xfe'; printf 4 > 'a b/c/ü"\\'
        printf 5 > "$(printf 'n%.0s' $(seq 255))"
        ln -s 'a b/c' link; ln -s /nonexistent dangling; ln -s . 'a b/loop'
        truncate -s 300000 hole; printf end >> hole
        printf '' > none; chmod 0640 none; chmod 0751 'a b'; chmod 0444 hole
        touch -h -d '2001-02-03 04:05:06.123456789' link none hole 'a b/c/ü"\\' $'bytes\xff\xfe'
        touch -d '1999-12-31 23:59:59.987654321' 'a b/c' empty 'a b' .
        """;

    // Each entry: type, mode, time, size of files, name, target of links; then the digest of each file. The size of a folder is the file
    // system's.
    private const string List = """
        cd "$1" && find . -mindepth 1 \( -type f -printf '%y %m %T@ %s %p\0' -o -type l -printf '%y %T@ %p -> %l\0' \
          -o -printf '%y %m %T@ %p\0' \) | LC_ALL=C sort -z | tr '\0' '\n'
        find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum --
        """;

    /// <summary>Makes a folder with odd names, links, holes, modes and times, and some random files.</summary>
    public static async Task<string> MakeAsync(string folder, Random random, int files)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < files; i++)
        {
            string inner = Path.Combine(folder, $"d{random.Next(10)}", $"e{random.Next(10)}");
            Directory.CreateDirectory(inner);
            var bytes = new byte[random.Next(20) == 0 ? random.Next(3_000_000) : random.Next(5000)];
            random.NextBytes(bytes);
            await File.WriteAllBytesAsync(Path.Combine(inner, $"f{i}"), bytes);
        }

        await RunAsync(Odd, folder);
        return folder;
    }

    /// <summary>Everything that a transfer keeps of a tree, as text.</summary>
    public static Task<string> DescribeAsync(string folder) => RunAsync(List, folder);

    private static async Task<string> RunAsync(string script, string folder)
    {
        var start = new ProcessStartInfo("bash", ["-euc", script, "bash", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        return output;
    }
}
