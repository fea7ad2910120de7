using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>Reads the arguments of ssh(1), as OpenSSH 9 does: options may be joined, and may follow the host.</summary>
internal static class SshArguments
{
    private const string WithValue = "BbcDEeFIiJLlmOoPpQRSWw", Alone = "1246AaCfGgKkMNnqsTtVvXxYy";

    // An option without its value; what it says is dropped, since nothing here depends on it.
    private const string Silent = "12CIKkMmScPy";

    // What scripts write in place of none.
    private const string EmptyFile = "/dev/null";

    private static readonly ConfigurationPlace Place = new("command line", 0);

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="UsageException">An argument is wrong.</exception>
    public static SshCommandLine Parse(IReadOnlyList<string> args)
    {
        var read = new Reading();
        int at = 0;
        while (true)
        {
            bool isTerminated = TakeOptions(args, ref at, read);
            if (at == args.Count)
                return read.ToCommandLine([]);
            if (read.Destination is not null)
                return read.ToCommandLine([.. args.Skip(at)]);
            read.SetDestination(args[at++]);
            if (isTerminated)
                return read.ToCommandLine([.. args.Skip(at)]);
        }
    }

    // Returns whether "--" ended them.
    private static bool TakeOptions(IReadOnlyList<string> args, ref int at, Reading read)
    {
        for (; at < args.Count; at++)
        {
            string word = args[at];
            if (word == "--")
            {
                at++;
                return true;
            }

            if (word.Length < 2 || word[0] != '-')
                return false;
            for (int i = 1; i < word.Length; i++)
            {
                char letter = word[i];
                if (Alone.Contains(letter, StringComparison.Ordinal))
                {
                    read.Take(letter, "");
                    continue;
                }

                if (!WithValue.Contains(letter, StringComparison.Ordinal))
                    throw new UsageException($"ssh has no option -{letter}", SshHelp.Hint);
                string? value = i + 1 < word.Length ? word[(i + 1)..] : ++at < args.Count ? args[at] : null;
                read.Take(letter, value ?? throw new UsageException($"-{letter} needs a value", SshHelp.Hint));
                break;
            }
        }

        return false;
    }

    private sealed class Reading
    {
        private readonly List<Setting> _settings = [];
        private readonly List<string> _ignored = [];
        private SshAction _action;
        private string _argument = "";
        private string? _file;
        private int _before;
        private string? _log;
        private int _terminals;
        private int _loudness;

        public string? Destination { get; private set; }

        public void SetDestination(string destination) => (Destination, _before) = (destination, _settings.Count);

        public SshCommandLine ToCommandLine(IReadOnlyList<string> words) => new()
        {
            Settings = _settings,
            Destination = Destination,
            SettingsBefore = _before,
            Words = words,
            Action = _action,
            Argument = _argument,
            File = _file,
            LogFile = _log,
            Ignored = _ignored,
        };

        public void Take(char letter, string value)
        {
            switch (letter)
            {
                case 'o':
                    TakeLine(value);
                    break;
                case 'E':
                    _log = value;
                    break;
                case 'F':
                    _file = value == EmptyFile ? ClientConfiguration.NoFile : value;
                    break;
                case 'G' or 'V':
                    Act(letter == 'G' ? SshAction.PrintSettings : SshAction.PrintVersion, "");
                    break;
                case 'O' or 'Q':
                    Act(letter == 'O' ? SshAction.Control : SshAction.PrintAlgorithms, value);
                    break;
                default:
                    if (!Silent.Contains(letter, StringComparison.Ordinal))
                        Set(KeyOf(letter), ValueOf(letter, value));
                    break;
            }
        }

        // The last of two counts nowhere: ssh -V prints the version whatever follows.
        private void Act(SshAction action, string argument)
        {
            if (_action != SshAction.PrintVersion)
                (_action, _argument) = (action, argument);
        }

        private void TakeLine(string text)
        {
            ConfigurationLine? line = ConfigurationText.ReadLine(Place, text);
            if (line is null)
                return;
            if (ConfigurationKey.Plain(line.Keyword) == "ignoreunknown")
                _ignored.AddRange(line.Argument().Split(','));
            else
                Add(line);
        }

        private void Add(ConfigurationLine line)
        {
            if (SshSettings.FindKey(line.Keyword) is { } key)
                _settings.Add(new(key, key.ValuesOf(line), Place));
            else if (!IsIgnored(line.Keyword.ToLowerInvariant()))
                throw Unknown(line.Keyword);
        }

        // Ansible and others look for these words.
        private static UsageException Unknown(string keyword)
            => new($"command-line: line 0: Bad configuration option: {keyword.ToLowerInvariant()}", SshHelp.Hint);

        private bool IsIgnored(string keyword)
            => HostPatterns.Match(_ignored, pattern => HostPatterns.Fits(keyword, pattern.ToLowerInvariant()));

        private void Set(ConfigurationKey key, string value)
        {
            try
            {
                key.Check?.Invoke(value);
            }
            catch (FormatException e)
            {
                throw new UsageException(e.Message, SshHelp.Hint);
            }

            // Of -t and -T the last one counts, as in ssh; of others the first.
            if (key == ConfigurationKeys.RequestTty || key == SshKeys.LogLevel)
                _settings.RemoveAll(setting => setting.Key == key);
            _settings.Add(new(key, [value], Place));
        }

        private string ValueOf(char letter, string value) => letter switch
        {
            '4' => "inet",
            '6' => "inet6",
            'a' or 'x' => "no",
            'N' => "none",
            's' => "subsystem",
            'T' => "no",
            't' => ++_terminals == 1 ? "yes" : "force",
            'q' => "QUIET",
            'v' => $"DEBUG{Math.Min(++_loudness, 3)}",
            'A' or 'f' or 'g' or 'n' or 'X' or 'Y' => "yes",
            'w' => "yes",
            _ => value,
        };

        private static ConfigurationKey KeyOf(char letter) => letter switch
        {
            '4' or '6' => SshKeys.AddressFamily,
            'A' or 'a' => SshKeys.ForwardAgent,
            'B' => SshSettings.Key("BindInterface"),
            'b' => SshKeys.BindAddress,
            'D' => ConfigurationKeys.DynamicForward,
            'e' => SshKeys.EscapeChar,
            'f' => SshKeys.ForkAfterAuthentication,
            'g' => SshKeys.GatewayPorts,
            'i' => ConfigurationKeys.IdentityFile,
            'J' => ConfigurationKeys.ProxyJump,
            'L' => ConfigurationKeys.LocalForward,
            'l' => ConfigurationKeys.User,
            'N' or 's' => SshKeys.SessionType,
            'n' => SshKeys.StdinNull,
            'p' => ConfigurationKeys.Port,
            'q' or 'v' => SshKeys.LogLevel,
            'R' => ConfigurationKeys.RemoteForward,
            'T' or 't' => ConfigurationKeys.RequestTty,
            'W' => SshKeys.StdioForward,
            'w' => SshSettings.Key("Tunnel"),
            _ => SshSettings.Key("ForwardX11"),
        };
    }
}
