namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A folder with all that a transfer must keep: odd names, modes, times, links, holes, and a FIFO that it must not open.</summary>
internal static class OddTree
{
    // In the current folder.
    private const string MakeScript = """
        set -e
        mkdir -p tree/a/b/c tree/empty 'tree/with space'
        printf one > tree/one
        printf two > tree/a/two
        printf line > "tree/a/b/new
        line"
        printf dash > tree/a/-rf
        printf raw > "$(printf 'tree/raw\377name')"
        printf slash > 'tree/back\slash'
        printf quote > "tree/it's \"quoted\" *"
        printf long > "tree/$(printf %0255d 0)"
        printf umlaut > tree/äöü
        : > tree/nothing
        head -c 3000000 /dev/urandom > tree/a/big
        truncate -s 50M tree/holes
        printf end >> tree/holes
        ln -s one tree/link
        ln -s /no/such/file tree/broken
        ln -s ../a tree/a/loop
        mkfifo tree/fifo
        chmod 4751 tree/one
        chmod 444 tree/nothing
        chmod 2750 tree/a/b
        touch -h -d '1999-12-31 23:59:59.987654321 UTC' tree/link
        touch -d '2001-02-03 04:05:06.123456789 UTC' tree/one tree/a/b/c tree/empty
        """;

    // Kind, mode, time to the nanosecond, size of a file, target of a link, and path of each entry.
    private const string ListScript = """
        cd "$1" && find . -mindepth 1 ! -type p \
          \( -type f -printf '%y %m %T@ %s %P\0' -o -type l -printf '%y %T@ %l %P\0' -o -printf '%y %m %T@ %P\0' \) | LC_ALL=C sort -z
        """;

    /// <summary>Makes the folder <c>tree</c> in the home of the programs.</summary>
    public static async Task MakeAsync(Programs programs)
    {
        Output made = await programs.ShellAsync(MakeScript);
        Assert.True(made.Status == 0, made.Error);
    }

    /// <summary>Deletes what the framework cannot delete below the home of the programs: names that are not UTF-8.</summary>
    public static async Task DeleteNamesAsync(Programs programs)
        => Assert.Equal(0, (await programs.ShellAsync("LC_ALL=C find . -name \"$(printf 'raw\\377name')\" -delete")).Status);

    /// <summary>Checks that another folder is like <c>tree</c>, byte by byte, mode by mode and time by time.</summary>
    public static async Task IsInAsync(Programs programs, string folder)
    {
        Assert.Equal(await ListAsync(programs, "tree"), await ListAsync(programs, folder));
        Output different = await programs.ShellAsync($"diff -r --no-dereference -x fifo tree '{folder}'");
        Assert.True(different.Status == 0, $"{different.Text}{different.Error}");
    }

    private static async Task<string> ListAsync(Programs programs, string folder)
    {
        Output list = await programs.ShellAsync($"set -- '{folder}'\n{ListScript}");
        Assert.True(list.Status == 0, list.Error);
        return Convert.ToHexString(list.Bytes);
    }
}
