namespace RemoteShell.Cli.Client.Completing;

/// <summary>The scripts that make a shell ask <c>rsh-client complete</c>.</summary>
internal static class CompletionScripts
{
    /// <summary>The shells that have a script.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <summary>The script for a shell.</summary>
    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => Fish,
    };

    private const string Bash = """
        # Completion of rsh-client for bash 4 and newer. To use it: source <(rsh-client completion bash)
        _rsh_client() {
          mapfile -t COMPREPLY < <(rsh-client complete bash "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
          if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:=] ]]; then compopt -o nospace; fi
        }
        complete -F _rsh_client rsh-client

        """;

    private const string Zsh = """
        #compdef rsh-client
        # Completion of rsh-client for zsh. To use it: source <(rsh-client completion zsh), after compinit.
        _rsh_client() {
          local line text shown
          local -a open open_shown closed closed_shown
          while IFS= read -r line; do
            text=${line%%$'\t'*}
            shown=$text
            [[ $line == *$'\t'* ]] && shown="$text  -- ${line#*$'\t'}"
            if [[ $text == *[/:=] ]]; then
              open+=("$text") open_shown+=("$shown")
            else
              closed+=("$text") closed_shown+=("$shown")
            fi
          done < <(rsh-client complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
          (( ${#open} )) && compadd -S '' -l -d open_shown -a open
          (( ${#closed} )) && compadd -l -d closed_shown -a closed
        }
        if [[ $funcstack[1] == _rsh-client ]]; then _rsh_client "$@"; else compdef _rsh_client rsh-client; fi

        """;

    private const string Fish = """
        # Completion of rsh-client for fish. To use it: rsh-client completion fish | source
        function __rsh_client_complete
            set -l before (commandline -opc)
            set -l current (commandline -ct)
            rsh-client complete fish $before[2..-1] "$current" 2>/dev/null
        end
        complete -c rsh-client -f -a '(__rsh_client_complete)'

        """;
}
