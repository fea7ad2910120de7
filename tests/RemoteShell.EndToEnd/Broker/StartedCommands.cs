using System.Globalization;
using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>What the simulator says at its end.</summary>
/// <param name="Commands">How many commands started.</param>
/// <param name="Hosts">On how many hosts.</param>
/// <param name="Most">How many times at most one host started the command of one run.</param>
internal sealed record StartedCommands(int Commands, int Hosts, int Most)
{
    public static StartedCommands Parse(string line)
    {
        Match match = Regex.Match(line, "^ran: ([0-9]+) commands on ([0-9]+) hosts, at most ([0-9]+) for each host and run\n$");
        Assert.True(match.Success, line);
        int Number(int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        return new(Number(1), Number(2), Number(3));
    }
}
