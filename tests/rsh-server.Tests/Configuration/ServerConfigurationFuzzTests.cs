using System.Text;
using RemoteShell.Cli.Configuration;
using RemoteShell.Cli.Server.Configuration;
using RemoteShell.Cli.Server.Options;

namespace RemoteShell.Cli.Server.Tests.Configuration;

/// <summary>Random files: each is read, or its faults have a line. Nothing else is thrown.</summary>
public sealed class ServerConfigurationFuzzTests
{
    private static readonly string[] Pieces =
    [
        "Include ", "config", "*", "~/", "/", "\"", "'", "\\", "=", "#", " ", "\t", "\n", "\r", "\f", "\0", "yes", "no", "0", "-1", "1G",
        "99999999999999999999", "1d", "45d", "*:", "[::1]:", ":", "@", "--", "%", "IgnoreUnknown ", "!", "?",
        "\u00e9", "\ud83d\ude00", "..",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bytes_give_settings_or_faults_with_a_line(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Check(bytes, $"seed {seed}, file {i}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_keys_and_values_give_settings_or_faults_with_a_line(int seed)
    {
        var random = new Random(seed);
        string[] keys = [.. ServerKeys.All.SelectMany(key => new[] { key.Name, key.Option })];
        for (int i = 0; i < 200; i++)
        {
            var text = new StringBuilder();
            for (int line = random.Next(5); line >= 0; line--)
            {
                text.Append(keys[random.Next(keys.Length)]).Append(' ');
                for (int piece = random.Next(5); piece >= 0; piece--)
                    text.Append(Pieces[random.Next(Pieces.Length)]);
                text.Append('\n');
            }

            Check(Encoding.UTF8.GetBytes(text.ToString()), $"seed {seed}, file {i}:\n{text}");
        }
    }

    private static void Check(byte[] content, string what)
    {
        using var file = new SettingsFile();
        File.WriteAllBytes(file.Path, content);
        try
        {
            Assert.All(file.ReadFile().Faults, fault => Assert.IsType<ConfigurationException>(fault));
            // Each setting that was taken has a value that its option takes. Names of hosts are not looked up here.
            RunSettings settings = file.Read("--listen", "127.0.0.1:1");
            Assert.All(settings.Faults, fault => Assert.IsType<ConfigurationException>(fault));
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}\n{e}");
        }
    }
}
