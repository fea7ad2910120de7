namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>What a construct expects next.</summary>
internal enum ConstructStage
{
    /// <summary>Commands, and then the word that ends the construct.</summary>
    Body,

    /// <summary>Commands, and then <c>then</c> or <c>do</c>.</summary>
    Condition,

    /// <summary>The body after <c>else</c>.</summary>
    Else,

    /// <summary>A name.</summary>
    Name,

    /// <summary>What may follow the name: <c>in</c>, <c>do</c>, parentheses.</summary>
    AfterName,

    /// <summary>The words of a loop.</summary>
    Words,

    /// <summary><c>do</c>, or the brace of a body.</summary>
    BeforeBody,

    /// <summary><c>in</c>.</summary>
    In,

    /// <summary>A pattern, a parenthesis before one, or <c>esac</c>.</summary>
    Pattern,

    /// <summary>A pattern.</summary>
    NextPattern,

    /// <summary>The parenthesis or the bar after a pattern.</summary>
    AfterPattern,

    /// <summary>The closing parenthesis of <c>name()</c>.</summary>
    Parenthesis,
}
