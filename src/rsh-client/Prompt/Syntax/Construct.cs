namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>An open construct.</summary>
internal sealed class Construct(ConstructKind kind, ConstructStage stage)
{
    public ConstructKind Kind => kind;

    /// <summary>What it expects next.</summary>
    public ConstructStage Stage { get; set; } = stage;

    /// <summary>Whether it consists of commands at this stage.</summary>
    public bool HasCommands => Stage is ConstructStage.Body or ConstructStage.Condition or ConstructStage.Else;

    /// <summary>The expression of a <see cref="ConstructKind.Condition"/>.</summary>
    public ConditionGrammar? Expression { get; init; }

    /// <summary>Where the command goes on after an <see cref="ConstructKind.Array"/>.</summary>
    public CommandPosition After { get; init; }
}
