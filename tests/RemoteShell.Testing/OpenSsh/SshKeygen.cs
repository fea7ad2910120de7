using System.Diagnostics;

namespace RemoteShell.Testing;

/// <summary>OpenSSH's <c>ssh-keygen</c>, which makes the keys, signatures and certificates of tests.</summary>
public static class SshKeygen
{
    /// <summary>Whether it is installed, and with it ssh-agent and ssh-add.</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "ssh-keygen")));

    /// <summary>Makes a key without a passphrase, and returns the path of its private file.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="type">As <c>ssh-keygen -t</c> takes it.</param>
    /// <param name="bits">As <c>ssh-keygen -b</c> takes it; 0: its default.</param>
    public static string MakeKey(TemporaryFolder folder, string type, int bits = 0)
    {
        string path = folder[$"{type}-{bits}-{Guid.NewGuid():N}"];
        string[] size = bits == 0 ? [] : ["-b", $"{bits}"];
        Run(["-q", "-t", type, .. size, "-N", "", "-C", "made for a test", "-f", path]);
        return path;
    }

    /// <summary>Signs a text, and returns the armored signature.</summary>
    public static string Sign(string keyFile, string purpose, byte[] message)
    {
        string file = $"{keyFile}.{Guid.NewGuid():N}";
        File.WriteAllBytes(file, message);
        Run("-q", "-Y", "sign", "-n", purpose, "-f", keyFile, file);
        return File.ReadAllText($"{file}.sig");
    }

    /// <summary>Certifies a public key, and returns the line of the certificate.</summary>
    /// <param name="authority">The private key of the authority.</param>
    /// <param name="keyFile">The private key whose public key is certified.</param>
    /// <param name="arguments">More arguments.</param>
    public static string Certify(string authority, string keyFile, params string[] arguments)
    {
        Run(["-q", "-s", authority, .. arguments, $"{keyFile}.pub"]);
        return File.ReadAllText($"{keyFile}-cert.pub").TrimEnd();
    }

    /// <summary>Runs it, and returns what it prints.</summary>
    public static string Run(params string[] arguments) => RunWithInput([], arguments);

    /// <summary>Runs it with a standard input, and returns what it prints.</summary>
    public static string RunWithInput(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("ssh-keygen", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"ssh-keygen {string.Join(' ', arguments)} exited with {process.ExitCode}: {error.Result}");
    }
}
