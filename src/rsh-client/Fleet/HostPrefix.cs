using System.Text;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>What stands before each line of a host: <c>HOST: </c>, on a terminal in a colour.</summary>
internal static class HostPrefix
{
    // Those that can be read on light and on dark ground: green, yellow, blue, magenta, cyan, and their bright forms.
    private static readonly int[] Colours = [32, 33, 34, 35, 36, 92, 93, 94, 95, 96];

    /// <summary>The prefix for standard output.</summary>
    public static byte[] ForOutput(string host, int number) => Of(host, number, Console.IsOutputRedirected);

    /// <summary>The prefix for standard error.</summary>
    public static byte[] ForError(string host, int number) => Of(host, number, Console.IsErrorRedirected);

    private static byte[] Of(string host, int number, bool isRedirected)
    {
        bool hasColour = !isRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or ""
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        return Encoding.UTF8.GetBytes(hasColour ? $"\u001b[{Colours[number % Colours.Length]}m{host}:\u001b[0m " : $"{host}: ");
    }
}
