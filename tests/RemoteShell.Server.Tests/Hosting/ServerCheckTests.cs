using System.Net;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Tests.Hosting;

/// <summary>What would keep a server from starting.</summary>
public class ServerCheckTests
{
    [Fact]
    public void Folder_that_does_not_exist_is_not_a_fault_and_is_not_made()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(ServerCheck.Run(new() { Folder = folder["a/b"], RecordFolder = folder["c"] }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Running_server_has_no_faults()
    {
        await using var server = new TestServer();
        Assert.Empty(ServerCheck.Run(server.ServerOptions));
    }

    [Fact]
    public void All_faults_are_found()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["server"]);
        File.WriteAllText(folder["file"], "");
        File.WriteAllText(folder["server/host_key.pem"], "damaged");
        File.WriteAllLines(folder["server/authorized_keys"], ["# fine", "", "broken", "ssh-dss AAAAB3NzaC1kc3M= me"]);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder["server/host_key.pem"], UnixFileMode.UserRead);
        IReadOnlyList<RemoteShellException> faults = ServerCheck.Run(new()
        {
            Folder = folder["server"],
            StateFolder = folder["file/below"],
            RecordFolder = folder["file"],
            Listen = [new(IPAddress.Parse("203.0.113.1"), 7022), new(IPAddress.Parse("203.0.113.2"), 7022)],
        });
        string[] expected =
        [
            "host_key.pem does not hold a valid key", "authorized_keys:3: this is not a key", "authorized_keys:4: a key of the type",
            "cannot listen on 203.0.113.1:7022", "cannot listen on 203.0.113.2:7022", $"{folder["file"]} is not a folder",
            $"{folder["file"]} is not a folder",
        ];
        Assert.Equal(expected.Length, faults.Count);
        Assert.All(expected.Zip(faults), pair => Assert.Contains(pair.First, pair.Second.Message));
    }

    [Fact]
    public void Host_certificate_that_cannot_fit_is_found_before_the_first_start()
    {
        using var folder = new TemporaryFolder();
        var options = new ServerOptions { Folder = folder["server"], HostCertificateFile = folder["cert.pub"] };
        Assert.Contains("there is no certificate", Assert.Single(ServerCheck.Run(options)).Message);
        File.WriteAllText(folder["cert.pub"], "nothing\n");
        Assert.Contains("does not hold a certificate", Assert.Single(ServerCheck.Run(options)).Message);
        Assert.False(Directory.Exists(folder["server"]));
    }

    [Fact]
    public void Faults_of_each_socket_are_found()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("needs file modes and statx(2)");
            return;
        }

        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["open"]);
        File.SetUnixFileMode(folder["open"], (UnixFileMode)0b111_111_000);
        File.WriteAllText(folder["file"], "");
        string longPath = folder[new string('x', 100)];
        IReadOnlyList<RemoteShellException> faults = ServerCheck.Run(new()
        {
            Folder = folder["server"],
            Listen = [],
            ListenSockets =
            [
                folder["fine"], "relative", longPath, folder["missing/socket"], folder["open/socket"], folder["file"], folder["open"],
            ],
        });
        string[] expected =
        [
            "unix:relative: it is not a full path", $"unix:{longPath}: the path is too long for a socket",
            $"unix:{folder["missing/socket"]}: there is no folder {folder["missing"]}",
            $"unix:{folder["open/socket"]}: others can write to the folder {folder["open"]} (mode 770)",
            $"unix:{folder["file"]}: another file is there", $"unix:{folder["open"]}: another file is there",
        ];
        Assert.Equal(expected.Select(text => $"cannot listen on {text}"), faults.Select(fault => fault.Message));
        Assert.All(faults, fault => Assert.NotNull(fault.Hint));
    }
}
